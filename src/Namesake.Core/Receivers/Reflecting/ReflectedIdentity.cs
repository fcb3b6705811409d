using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Receivers.Reflecting;

/// <summary>What a reflector tells a client about itself: the address it came from, the name it said, and what DNS makes of the two.</summary>
/// <param name="Address">As the reflector sees it.</param>
/// <param name="Heard">The name said in EHLO or HELO, to the letter. Hostile text.</param>
/// <param name="Verdict">"aligned", "misaligned" or "unknown", under the strict policy.</param>
public sealed record ReflectedIdentity(IPAddress Address, string Heard, string Verdict)
{
    /// <summary>What the reverse zone says: "PTR mail.acme.example", "no PTR"; null when nobody could tell.</summary>
    public string? Pointer { get; init; }

    /// <summary>What the name's zone says: "mail.acme.example A 203.0.113.5"; null when nobody could tell.</summary>
    public string? Forward { get; init; }

    /// <summary>The address has PTR names, and none leads back to it.</summary>
    public bool MayBeForged { get; init; }

    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Why there is no verdict; null when there is one.</summary>
    public string? Trouble { get; init; }

    public static ReflectedIdentity Of(AuditReport report, string heard)
    {
        ArgumentNullException.ThrowIfNull(report);
        var pointer = Result(report, "PT-01") ?? Result(report, "PT-02");
        var forward = Result(report, "EH-05") ?? Result(report, "EH-04");
        return new ReflectedIdentity(report.Address, heard, report.Verdict.ToString().ToLowerInvariant())
        {
            Pointer = pointer switch { { Outcome: CheckOutcome.Pass } => pointer.Seen, { IsBad: true } => "no PTR", _ => null },
            Forward = forward is { Outcome: CheckOutcome.Pass } or { IsBad: true } ? forward.Seen : null,
            MayBeForged = Result(report, "PT-03") is { IsBad: true },
            Findings = report.Findings,
        };
    }

    /// <summary>Nobody looked, or not in time: only what the connection itself shows.</summary>
    public static ReflectedIdentity Unseen(IPAddress address, string heard, string trouble) => new(address, heard, "unknown") { Trouble = trouble };

    // A result that says nothing about this address (the other family's check) is no result.
    private static CheckResult? Result(AuditReport report, string check) =>
        report.Results.FirstOrDefault(result => result.Check == check && result.Outcome is not (CheckOutcome.NotApplicable or CheckOutcome.NotObservable));
}
