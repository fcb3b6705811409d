using System.Collections.Concurrent;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Has a mail echo service say which address and name it sees of a source, at most once a day and source, over restarts too. For RP-04.</summary>
/// <remarks>One for the process. The answer serves every audit until the next is due; a source with another address or name than it was asked under is asked about anew.</remarks>
/// <param name="smtpPort">25 outside of tests.</param>
public sealed class MailEchoProbe(IMailEcho port, IDnsLookup dns, Mailbox service, IIdentityStore store, TimeProvider time, int smtpPort = 25) : IFactProbe
{
    /// <summary>The service belongs to somebody else.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private const int MostHosts = 3;

    private readonly MailEchoMemory _memory = new(store, Interval, time);
    private readonly ConcurrentDictionary<SourceId, bool> _asking = new();

    public string Name => "mail echo";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var source = basis.Source;
        var known = await _memory.FindAsync(source, cancellation);
        // Two audits of one source at a time are one question.
        if (known is null && _asking.TryAdd(source.Id, true))
            try
            {
                var (answer, from) = await AskAsync(basis, cancellation);
                known = new StoredMailEcho(StoredMailEcho.CurrentVersion, time.GetUtcNow(), MailEchoMemory.Under(source), from, answer.Address?.ToString(), answer.Helo, answer.Said);
                await _memory.KeepAsync(source.Id, known);
            }
            finally
            {
                _asking.TryRemove(source.Id, out _);
            }
        return known is null ? static facts => facts : facts => facts with
        {
            Listing = (facts.Listing ?? new ListingFacts()) with { Echo = known.ToEcho(), EchoTrouble = known.ToEcho() is null ? known.Said : null },
        };
    }

    private async Task<(MailEchoAnswer Answer, string From)> AskAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        var last = new MailEchoAnswer($"DNS names no host for {service.Domain} that {basis.Source.LocalAddress} could reach");
        foreach (var host in await HostsAsync(cancellation))
        {
            if (await HopAsync(basis, host, cancellation) is not { } hop)
                continue;
            last = await port.AskAsync(basis.Source, hop, service, line => EhloEcho.Parse(line).PublicAddress(basis.TreatAsPublic) is not { } seen || seen.Equals(basis.Source.PublicAddress), cancellation);
            if (last.Address is not null)
                break;
        }
        return (last, service.ToString());
    }

    private async Task<IEnumerable<DomainName>> HostsAsync(CancellationToken cancellation)
    {
        var answer = await dns.AskAsync(service.Domain, RecordType.MX, cancellation);
        var exchangers = answer.Records.OfType<MXRecord>().ToList();
        return exchangers.Count > 0 ? exchangers.OrderBy(record => record.Preference).Select(record => record.Exchange).OfType<DomainName>().Distinct().Take(MostHosts)
            : answer.IsDefinite ? [service.Domain] : [];
    }

    /// <summary>An address that may be dialled: a record in DNS must not lead us into our own network.</summary>
    private async Task<NextHop?> HopAsync(IdentityFacts basis, DomainName host, CancellationToken cancellation)
    {
        var type = basis.Source.Family.RecordType();
        var address = (await dns.AskAsync(host, type, cancellation)).Addresses.FirstOrDefault(
            address => SpecialAddresses.IsPublic(address) || basis.TreatAsPublic.Any(range => range.Contains(address)));
        return address is null ? null : new NextHop(host.Value, address, smtpPort, 0);
    }
}
