using System.Net;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Checks;

/// <summary>The SPF record that puts it right: the one that is there, changed, and never a second one.</summary>
internal static class SpfFix
{
    private const string Version = "v=spf1";

    /// <summary>More addresses than this are named by their EHLO name, where it is one: its records list them, and that costs one look-up.</summary>
    private const int MostAddresses = 5;

    /// <summary>For a domain without a record. It ends softly: who else sends for the domain isn't known here.</summary>
    public static string Publish(DomainName owner, IdentityFacts facts) =>
        $"Add the record {TextRecords.Record(owner, $"{Version} {Terms(facts)} ~all")} (name every other host that sends for {owner} in it; \"-all\" in place of \"~all\" once all are there)";

    public static string PublishForEhlo(IdentityFacts facts) => $"Add the record {TextRecords.Record(facts.Source.Ehlo, $"{Version} a -all")}";

    /// <summary>In front of what is there: an earlier match would hide it.</summary>
    public static string Merge(DomainName owner, string policy, IdentityFacts facts)
    {
        var rest = policy[Version.Length..].Trim();
        var terms = string.Join(' ', Terms(facts).Split(' ').Where(term => !rest.Split(' ').Contains(term, StringComparer.OrdinalIgnoreCase)));
        if (terms.Length == 0)
            terms = Terms(facts); // it is there, behind a term that matches first
        return $"Change the SPF record to {TextRecords.Record(owner, $"{Version} {terms} {rest}".TrimEnd())} (new in it: {terms})";
    }

    /// <summary>Several records as one: the terms of all, and the softest end, so that nothing is refused that passed by one of them.</summary>
    public static string MergeAll(DomainName owner, IEnumerable<string> policies)
    {
        var records = new List<SpfRecord>();
        foreach (var policy in policies)
            if (SpfRecord.TryParse(policy, out var record, out _))
                records.Add(record);
        var terms = records.SelectMany(record => record.Terms).ToList();
        var ends = terms.OfType<SpfDirective>().Where(directive => directive.Mechanism == SpfMechanism.All).ToList();
        var words = terms.Except(ends).Where(term => term is not SpfModifier { Name: "redirect" } || ends.Count == 0).DistinctBy(term => term.Text.ToUpperInvariant())
            .DistinctBy(term => term is SpfModifier modifier ? modifier.Name : $"{term.Position} {term.Text}").Select(term => term.Text).ToList();
        if (ends.Count > 0)
            words.Add(ends.MaxBy(end => end.Qualifier switch { SpfQualifier.Fail => 0, SpfQualifier.SoftFail => 1, SpfQualifier.Neutral => 2, _ => 0 })!.Text);
        return $"Replace all of them by one record: {TextRecords.Record(owner, $"{Version} {string.Join(' ', words)}".TrimEnd())}";
    }

    /// <summary>Without its ptr terms; receivers may stop looking at them any day.</summary>
    public static string WithoutPointers(DomainName owner, string policy, IdentityFacts facts)
    {
        if (!SpfRecord.TryParse(policy, out var record, out _) || !record.Directives.Any(directive => directive.Mechanism == SpfMechanism.Ptr))
            return "Ask who runs the included domain to list addresses (ip4:, ip6:) in place of ptr, or list them yourself in place of the include";
        var own = Terms(facts).Split(' ');
        var words = record.Terms.SelectMany(term => term is SpfDirective { Mechanism: SpfMechanism.Ptr } ? own : [term.Text]).Distinct(StringComparer.OrdinalIgnoreCase);
        return $"Change the SPF record to {TextRecords.Record(owner, $"{Version} {string.Join(' ', words)}")} (addresses in place of ptr; add those of other hosts that relied on it)";
    }

    private static string Terms(IdentityFacts facts)
    {
        // In the pool's order, whichever of it is looked at: the same record is then the same text.
        var all = facts.Pool.Contains(facts.Source) ? facts.Pool : facts.Pool.Insert(0, facts.Source);
        var addresses = all.Select(source => source.PublicAddress).Distinct().ToList();
        // A name for each source would be a look-up for each (RFC 7208 §4.6.4), and one of several names would leave the others' addresses out.
        return addresses.Count > MostAddresses && all.All(source => source.Ehlo == facts.Source.Ehlo) ? $"a:{facts.Source.Ehlo}" : string.Join(' ', addresses.Select(Term));
    }

    private static string Term(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? $"ip4:{address}" : $"ip6:{address}";
}
