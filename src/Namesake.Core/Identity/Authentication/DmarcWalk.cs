using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dmarc;

namespace Namesake.Core.Identity.Authentication;

/// <summary>What is published about DMARC for a domain and above it. RFC 9989 §4.10</summary>
/// <param name="Stops">From the domain itself upwards, as far as receivers look.</param>
public sealed record DmarcWalk(DomainName Domain, ImmutableArray<DmarcStop> Stops)
{
    /// <summary>Some place on the way could not be asked, and no record before it made it needless.</summary>
    public bool IsCertain => Stops.All(stop => stop.IsCertain);

    /// <summary>The policy that receivers apply to mail from the domain: its own, else the organisation's, else that of the suffix it is registered under. RFC 9989 §4.10.1</summary>
    public DmarcStop? Policy =>
        Stops is [{ Record: not null } own, ..] ? own
        : Stops.FirstOrDefault(stop => stop.Record is not null && stop.Name == Organisation)
        ?? Stops.FirstOrDefault(stop => stop.Record?.IsPublicSuffix == true);

    /// <summary>The domain that belongs to one registrant, by the records on the way. RFC 9989 §4.10.2</summary>
    public DomainName Organisation
    {
        get
        {
            DomainName? highest = null;
            foreach (var stop in Stops.Where(stop => stop.Record is not null))
            {
                if (stop.Record!.IsPublicSuffix == false)
                    return stop.Name;
                if (stop.Record.IsPublicSuffix == true && stop.Name != Domain)
                    return Below(stop.Name);
                highest = stop.Name;
            }
            return highest ?? Domain;
        }
    }

    /// <summary>The same by the older rule, the list of public suffixes, of which we have a short stand-in. RFC 7489 §3.2</summary>
    public string RegisteredDomain => RegistrableDomain.Of(Domain.Value);

    /// <summary>The names whose <c>_dmarc</c> is asked for: the domain, and its parents; of a deep one the seven highest. RFC 9989 §4.10</summary>
    public static IEnumerable<DomainName> Names(DomainName domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        yield return domain;
        var next = domain.Parent;
        while (next is not null && next.Labels.Length > 7)
            next = next.Parent;
        for (; next is not null; next = next.Parent)
            yield return next;
    }

    private DomainName Below(DomainName suffix)
    {
        var name = Domain;
        while (name.Parent is { } parent && parent != suffix)
            name = parent;
        return name;
    }
}

/// <summary>One place of a walk.</summary>
/// <param name="Name">Without <c>_dmarc</c>.</param>
/// <param name="Record">Null: none, a broken one, or several, which count as none. RFC 9989 §4.10</param>
/// <param name="Fault">What is wrong with what is there; null when nothing is.</param>
/// <param name="IsCertain">The servers answered, and alike.</param>
public sealed record DmarcStop(DomainName Name, DnsEvidence Evidence, DmarcRecord? Record, string? Fault, bool IsCertain)
{
    public static DomainName RecordName(DomainName domain) => DomainName.Parse($"_dmarc.{domain}");

    public static DmarcStop Of(DomainName name, DnsEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var views = evidence.Voices.Select(voice => string.Join('\n', Policies(voice).Order(StringComparer.Ordinal))).Distinct(StringComparer.Ordinal).ToList();
        if (views is not [var view])
            return new DmarcStop(name, evidence, null, null, false);
        var policies = view.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (policies.Length > 1)
            return new DmarcStop(name, evidence, null, $"{RecordName(name)} has {policies.Length} DMARC records, so receivers use none of them", true);
        if (policies.Length == 0)
            return new DmarcStop(name, evidence, null, null, true);
        if (!DmarcRecord.TryParse(policies[0], out var record, out var fault))
            return new DmarcStop(name, evidence, null, $"the DMARC record of {name} can't be read: {fault}", true);
        return record.IsApplied
            ? new DmarcStop(name, evidence, record, null, true)
            : new DmarcStop(name, evidence, null, $"the DMARC record of {name} has no p= that receivers know", true);
    }

    private static IEnumerable<string> Policies(DnsAnswer voice) => voice.Records.OfType<TextRecord>().Select(record => record.Text).Where(DmarcRecord.IsDmarc);
}
