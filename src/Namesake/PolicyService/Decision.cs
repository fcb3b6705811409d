using Namesake.Protocol.PolicyDelegation;

namespace Namesake.PolicyService;

/// <summary>The answer to one request.</summary>
/// <param name="IsHeader">It adds a header field: once a message, and only where Postfix can.</param>
/// <param name="Story">Why, in a line for the operator's log, printable whatever the client said.</param>
public sealed record Decision(PolicyAction Action, bool IsHeader, string Story)
{
    public static Decision NotJudged(string why) => new(PolicyAction.Dunno, false, $"{why}: DUNNO");
}
