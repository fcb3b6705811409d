using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Clients;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.PolicyDelegation;

namespace Namesake.PolicyService;

/// <summary>From a request to an answer: 1. who isn't judged at all, 2. what DNS says, 3. whether Postfix has seen otherwise, 4. the operator's rule for that.</summary>
public sealed class PolicyJudge(PolicyRules rules, ClientReports reports)
{
    private const int MostStory = 700;

    // A client from here has no name on the Internet to be judged by. Mostly it is a proxy or a container bridge through which all the world's mail seems to come.
    private static readonly IPRange[] OfNoReceiversBusiness =
    [
        .. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10" }.Select(IPRange.Parse),
    ];

    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<Decision> DecideAsync(PolicyRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var client = PolicyAction.Clean($"{request.ClientAddress} EHLO {request.HeloName}", 300);
        if (NotJudged(request, out var address) is { } why) // 1.
            return Decision.NotJudged($"{client} is not judged, {PolicyAction.Clean(why, 200)}");

        var (report, remembered) = await reports.GetAsync(address, request.HeloName, cancellation); // 2.
        var (verdict, cause) = (report.VerdictUnder(rules.Policy), report.CauseUnder(rules.Policy));
        var contradicted = verdict == Verdict.Misaligned && ClientReport.IsReverse(cause!.Check) && IsName(request.ClientName);
        if (contradicted) // 3.
            (verdict, cause) = (Verdict.Unknown, cause! with { Outcome = CheckOutcome.Unknown });

        var answer = rules.For(verdict); // 4.
        var action = ActionFor(answer, report, verdict, cause);
        var story = $"{client}: {verdict.ToString().ToLowerInvariant()} by {rules.Policy.ToString().ToLowerInvariant()}{(cause is null ? "" : $", {cause.Check} {cause.Seen}")}"
            + (contradicted ? $", but Postfix has confirmed the name {request.ClientName}" : "")
            + $"{(remembered ? " (remembered)" : "")}: ";
        return new Decision(action, answer == PolicyAnswer.Prepend, PolicyAction.Clean(story, MostStory) + action.Text);
    }

    private string? NotJudged(PolicyRequest request, out IPAddress address)
    {
        address = IPAddress.None;
        if (request.SaslUsername.Length > 0)
            return $"logged in as {request.SaslUsername}";
        if (request.ProtocolState is "VRFY" or "ETRN")
            return $"it is about {request.ProtocolState}";
        // With smtpd_delay_reject = no Postfix asks before a name was said; strict waits for it.
        if (request.ProtocolState == "CONNECT" && rules.Policy != IdentityPolicy.Forward)
            return "no EHLO was said yet";
        if (request.ClientAddress.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(request.ClientAddress, out var parsed))
            return "Postfix knows no address of it";
        var real = address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        if (rules.Allow.FirstOrDefault(range => range.Contains(real)) is { } allowed)
            return $"{allowed} is allowed";
        return OfNoReceiversBusiness.FirstOrDefault(range => range.Contains(real)) is { } own ? $"{own} has no names on the Internet" : null;
    }

    private PolicyAction ActionFor(PolicyAnswer answer, ClientReport report, Verdict verdict, CheckResult? cause)
    {
        if (answer == PolicyAnswer.Prepend)
            return PolicyAction.Prepend(ResultsHeader.Field, ResultsHeader.Value(rules.AuthenticationServer, rules.Policy, report, verdict, cause));
        if (answer == PolicyAnswer.Dunno || cause is null)
            return PolicyAction.Dunno;
        var text = verdict == Verdict.Misaligned ? ReplyWords.Misaligned(report, cause) : ReplyWords.Unknown(report, cause);
        return answer switch
        {
            PolicyAnswer.Warn => PolicyAction.Warn($"{cause.Check} {text}"),
            PolicyAnswer.Reject => PolicyAction.Reject(ReplyWords.CodeFor(cause), text),
            _ => PolicyAction.Defer(ReplyWords.CodeFor(cause), text),
        };
    }

    private static bool IsName(string name) => name.Length > 0 && name != "unknown";
}
