using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>Reads zones, so that plans can be made for them, and writes none: Windows DNS takes updates with GSS-TSIG only (RFC 3645), files belong to who keeps them.</summary>
public sealed class TextProvider : IDnsProvider, IDisposable
{
    private readonly TextSettings _settings;
    private readonly TimeProvider _time;
    private readonly ServerExchange _exchange;

    public TextProvider(TextSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _time) = (settings, time);
        _exchange = new ServerExchange(settings.Server, null, settings.Timeout, time);
        Traits = new DnsProviderTraits
        {
            Id = settings.Id,
            Name = $"{settings.Id} ({(settings.Form == TextForm.PowerShell ? "PowerShell" : "zone file")} for {settings.Server})",
            Zones = settings.Zones,
            NameServers = settings.NameServers,
            WritesItself = false,
        };
    }

    public DnsProviderTraits Traits { get; }

    public Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new WriteAuthority(zone, WriteAccess.Untried, Traits.Name, "a person writes it", _time.GetUtcNow()));

    public async Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        return (await _exchange.AskAsync(name, type, cancellation)).ReadingOf(_settings.Server, zone, name, type);
    }

    public void Dispose() => _exchange.Dispose();

    public Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation) =>
        Task.FromResult<WriteResult>(new WriteResult.Refused($"{Traits.Name} writes nothing itself: take the text of `namesake show --as {(_settings.Form == TextForm.PowerShell ? "powershell" : "zonefile")}`"));
}
