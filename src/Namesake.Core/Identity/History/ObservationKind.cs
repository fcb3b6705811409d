namespace Namesake.Core.Identity.History;

/// <summary>What was another before. The numbers are stored: never given anew.</summary>
public enum ObservationKind
{
    /// <summary>"aligned", "misaligned" or "unknown"; its subject is the check that holds, or nothing.</summary>
    Verdict = 1,

    /// <summary>All PTR names of the public address, which is the subject.</summary>
    Pointers = 2,

    /// <summary>All addresses of one family under the EHLO name; the subject is "mail.example.org A".</summary>
    Forward = 3,

    /// <summary>The EHLO name said from a public address, which is the subject; empty: none any more.</summary>
    Ehlo = 4,

    /// <summary>The address the outside saw; the subject is the local one.</summary>
    Observed = 5,

    /// <summary>"strict", "forward" or "observe"; without a subject.</summary>
    Policy = 6,
}
