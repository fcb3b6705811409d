using System.Collections.Immutable;

namespace Namesake.Core.Identity.Facts;

/// <summary>An open-relay trial: sender and recipient in several forms, each withdrawn by RSET, never any content.</summary>
/// <param name="Trouble">Why it ended early; empty when it didn't.</param>
public sealed record RelayTrial(ImmutableArray<RelayAttempt> Attempts, string Trouble)
{
    public RelayAnswer Of(RelayForm form) => Attempts.FirstOrDefault(attempt => attempt.Form == form)?.Answer ?? RelayAnswer.Undecided;

    /// <summary>The forms that show it relays. A server that takes any name at its own domain takes the old routing forms as such names: only where it refuses one do they count.</summary>
    public IEnumerable<RelayAttempt> Taken => Attempts.Where(attempt => attempt.Answer == RelayAnswer.Taken && attempt.Form switch
    {
        RelayForm.OwnDomain => false,
        RelayForm.PercentHack or RelayForm.Quoted or RelayForm.BangPath => Of(RelayForm.OwnDomain) == RelayAnswer.Refused,
        _ => true,
    });
}

/// <param name="Reply">The reply that decided it, with its code.</param>
public sealed record RelayAttempt(RelayForm Form, string Sender, string Recipient, RelayAnswer Answer, string Reply);

public enum RelayForm
{
    /// <summary>From nobody to a stranger.</summary>
    Plain,

    /// <summary>From a name of the server's own domain to a stranger: some servers trust what a sender says of itself.</summary>
    OwnSender,

    /// <summary>To a stranger by way of the server (RFC 5321 appendix C).</summary>
    SourceRoute,
    PercentHack,
    Quoted,
    BangPath,

    /// <summary>To a name of its own domain that isn't there: no relaying, but the measure for the three before it.</summary>
    OwnDomain,
}

public enum RelayAnswer
{
    Undecided,
    Taken,
    Refused,
}
