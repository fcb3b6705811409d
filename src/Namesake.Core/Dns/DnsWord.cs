using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns;

public enum DnsTransport
{
    Udp,
    Tcp,
}

/// <summary>One answer of one server over one transport, CNAMEs not followed where the zone's own server gave it.</summary>
/// <param name="Took">From sending to the answer, lost tries included; how long it was waited for where there is none.</param>
public sealed record DnsWord(DnsAnswer Answer, DnsTransport Transport, TimeSpan Took)
{
    /// <summary>Where the name only leads on.</summary>
    public DomainName? AliasTo { get; init; }

    /// <summary>False: it was silent a moment ago and not asked again, or our time was over. Counts for nothing.</summary>
    public bool WasAsked { get; init; } = true;

    /// <summary>This machine has no way to the server's family: says nothing about the server.</summary>
    public bool HasNoRoute { get; init; }

    /// <summary>The RA bit. From a zone's own server together with no authority: something else answers in its place.</summary>
    public bool OffersRecursion { get; init; }

    public DnsOutcome Outcome => Answer.Outcome;

    public bool IsDefinite => Answer.IsDefinite;

    /// <summary>No record of the type: whether the name exists without it makes no difference to a receiver.</summary>
    public bool IsAbsence => Outcome is DnsOutcome.NoData or DnsOutcome.NameError;

    /// <summary>What was said, for comparing: two servers say the same when it is equal. Null when nothing definite was said.</summary>
    public string? Content => !IsDefinite ? null
        : AliasTo is { } alias ? $"CNAME {alias}"
        : IsAbsence ? ""
        : string.Join(", ", Answer.Records.Select(record => record.Value).Order(StringComparer.Ordinal));

    /// <summary>The same for people.</summary>
    public string Words => !IsDefinite ? HasNoRoute ? "cannot be reached from here" : Outcome.Words()
        : AliasTo is { } alias ? $"CNAME {alias}"
        : Outcome switch
        {
            DnsOutcome.NameError => "NXDOMAIN",
            DnsOutcome.NoData => $"no {Type} record",
            _ => $"{Type} {Content}",
        };

    private string Type => Answer.Type.Word();
}
