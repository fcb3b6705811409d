using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Authentication;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>The questions of one look at one source.</summary>
internal sealed class Look(IDnsLookup dns, IdentityFacts basis, TimeProvider time, CancellationToken cancellation)
{
    public IdentityFacts Basis => basis;

    public CancellationToken Cancellation => cancellation;

    public static async Task<ImmutableDictionary<string, T>> ForEachAsync<T>(IEnumerable<DomainName> names, Func<DomainName, Task<T>> ask)
    {
        var asked = await Task.WhenAll(names.Distinct().Select(async name => (name.Value, Seen: await ask(name))));
        return asked.ToImmutableDictionary(pair => pair.Value, pair => pair.Seen);
    }

    public async Task<DnsEvidence> WeighAsync(DomainName name, RecordType type)
    {
        var resolver = dns.AskFreshAsync(name, type, cancellation);
        var servers = await dns.AskAuthoritativeAsync(name, type, cancellation);
        return DnsEvidence.Weigh(name, type, await resolver, servers);
    }

    /// <summary>The domain's own record by the word of its servers, with a view for each that differs; what it leads to as <see cref="SpfLookups"/> asks.</summary>
    public async Task<SpfFacts> SpfAsync(DomainName domain)
    {
        var evidence = await WeighAsync(domain, RecordType.Txt);
        var question = SpfQuestion.ForReturnPath(basis.Source.PublicAddress, domain, basis.Source.Ehlo);
        var views = ImmutableArray.CreateBuilder<SpfView>();
        // What else a domain has in TXT records may differ from server to server and means nothing here.
        foreach (var voices in evidence.Voices.GroupBy(voice => string.Join('\n', SpfPolicies.Of(voice).Order(StringComparer.Ordinal)), StringComparer.Ordinal))
        {
            var voice = voices.First();
            views.Add(new SpfView(
                await new SpfEvaluator(dns, time).CheckAsync(question, voice, cancellation),
                await new SpfSurveyor(dns, time).LookAsync(question, voice, cancellation),
                SpfPolicies.Of(voice)));
        }
        return new SpfFacts(evidence, views.DrainToImmutable());
    }

    public Task<DmarcWalk> DmarcAsync(DomainName domain) => new DmarcDiscovery(dns).WalkAsync(domain, cancellation);

    /// <summary>MX with the addresses of its hosts, and where there is none the domain's own addresses: RFC 5321 §5.1</summary>
    public async Task<MailRouteFacts> RouteAsync(DomainName domain)
    {
        var exchangers = await WeighAsync(domain, RecordType.MX);
        if (!exchangers.IsDefinite)
            return new MailRouteFacts(exchangers, null, null);
        var hosts = exchangers.Voices.SelectMany(voice => voice.Records.OfType<MXRecord>()).OrderBy(record => record.Preference).ToList();
        if (hosts.Count > 0)
            return new MailRouteFacts(exchangers, null, null)
            {
                Hosts = [.. await Task.WhenAll(hosts.Select(record => record.Exchange).OfType<DomainName>().Distinct().Take(MailboxRound.MostHosts).Select(async host => (host, await HasAddressAsync(host))))],
            };
        var address = await WeighAsync(domain, RecordType.A);
        return new MailRouteFacts(exchangers, address.IsDefinite && !address.Addresses.Any() ? await WeighAsync(domain, RecordType.Aaaa) : address, null);
    }

    private async Task<CheckOutcome> HasAddressAsync(DomainName host)
    {
        var answers = await Task.WhenAll(AskAsync(host, RecordType.A), AskAsync(host, RecordType.Aaaa));
        return answers.Any(answer => answer.Addresses.Any()) ? CheckOutcome.Pass : answers.All(answer => answer.IsDefinite) ? CheckOutcome.Bad : CheckOutcome.Unknown;
    }

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type) => dns.AskFreshAsync(name, type, cancellation);
}
