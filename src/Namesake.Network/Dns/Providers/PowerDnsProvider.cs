using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>Writes zones of PowerDNS by its API.</summary>
/// <remarks>The API knows no prerequisites: 1. the records are read and compared with what is to be there, 2. all are replaced in one request, which the server writes in one transaction, 3. they are read again. What
/// somebody else writes between 1 and 2, some milliseconds, is lost. Who can't have that takes updates (RFC 2136), which PowerDNS takes too.</remarks>
public sealed class PowerDnsProvider : IDnsProvider, IDisposable
{
    /// <summary>Changes in one request.</summary>
    public const int MostPerRequest = 100;

    private readonly PowerDnsSettings _settings;
    private readonly TimeProvider _time;
    private readonly PowerDnsApi _api;

    public PowerDnsProvider(PowerDnsSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _time) = (settings, time);
        _api = new PowerDnsApi(settings, time);
        Traits = new DnsProviderTraits
        {
            Id = settings.Id,
            Name = $"{settings.Id} (PowerDNS at {settings.Url.GetLeftPart(UriPartial.Authority)})",
            Zones = settings.Zones,
            NameServers = settings.NameServers,
            IsAtomic = true,
            ComparesBeforeWriting = true,
            CanMakeZones = true,
            MostPerWrite = MostPerRequest,
        };
    }

    public DnsProviderTraits Traits { get; }

    /// <summary>Reads the zone with the key: a key that may read may write, and there is no other kind.</summary>
    public async Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var answer = await _api.ZoneAsync(zone, withRecords: false, cancellation);
        var (access, detail) = answer switch
        {
            { IsGood: true } => PowerDnsReading.Kind(answer.Body) switch
            {
                null => (WriteAccess.Unreachable, $"{_settings.Url} answers something that is no zone: is it PowerDNS's API?"),
                "Slave" or "Secondary" or "Consumer" => (WriteAccess.None, $"it is a secondary server of {zone}: write to its primary"),
                _ => (WriteAccess.Proven, ""),
            },
            { IsNoZone: true } => (WriteAccess.None, $"it has no zone {zone}"),
            { Status: 401 or 403 } => (WriteAccess.None, $"{answer.Trouble}: it does not accept the key, or not from this address (api-key, webserver-allow-from)"),
            _ => (WriteAccess.Unreachable, answer.Trouble),
        };
        return new WriteAuthority(zone, access, $"PowerDNS at {_settings.Url}", detail, _time.GetUtcNow());
    }

    public async Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        var answer = await _api.NameAsync(zone, name, cancellation);
        // That a zone is not there is an answer to who asks for the zone, and to nobody else.
        if (answer.IsNoZone && type == RecordType.Soa && name == zone)
            return new RecordReading(null, null);
        return answer.IsNoZone ? new RecordReading(null, $"it has no zone {zone}") { Instead = Instead.NoZone }
            : !answer.IsGood ? new RecordReading(null, answer.Trouble)
            : PowerDnsReading.Sets(answer.Body) is { } sets ? Reading(sets, name, type)
            : new RecordReading(null, $"{_settings.Url} answers something that is no zone: is it PowerDNS's API?");
    }

    public async Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (changes is [ZoneChange change])
            return await (change.Removes ? RemoveAsync(change, cancellation) : MakeAsync(change, cancellation));
        var records = changes.OfType<RecordChange>().ToImmutableArray();
        if (records.Length != changes.Length)
            return new WriteResult.Refused("zones are made and removed one at a time");
        if (records.Length > MostPerRequest)
            throw new ArgumentException($"{records.Length} changes are more than the {MostPerRequest} of one request.", nameof(changes));
        if (await CompareAsync(zone, records, cancellation) is { } otherwise) // 1.
            return otherwise;
        var answer = await _api.ChangeAsync(zone, PowerDnsReading.Patch(records), cancellation); // 2.
        if (Judge(answer) is { } failed)
            return failed;
        foreach (var record in records) // 3.
        {
            var reading = await ReadAsync(zone, record.Name, record.Type, cancellation);
            if (reading.Trouble is { } trouble)
                return new WriteResult.Uncertain($"written, but not to be read again: {trouble}");
            if (!record.IsDoneIn(reading.Set))
                return new WriteResult.Uncertain($"written, but {record.Name} {record.Type.Word()} is {reading.Set?.ToString() ?? "not there"}: somebody else writes it too");
        }

        return new WriteResult.Done("");
    }

    public void Dispose() => _api.Dispose();

    /// <returns>Null: all is as it is to be before.</returns>
    private async Task<WriteResult?> CompareAsync(DomainName zone, ImmutableArray<RecordChange> records, CancellationToken cancellation)
    {
        var isThere = true;
        var other = new List<string>();
        foreach (var record in records)
        {
            var answer = await _api.NameAsync(zone, record.Name, cancellation);
            if (Judge(answer) is { } failed)
                return failed is WriteResult.Uncertain ? new WriteResult.Unreachable(failed.Text) : failed; // Nothing but a question was sent.
            if (PowerDnsReading.Sets(answer.Body) is not { } sets)
                return new WriteResult.Refused($"{_settings.Url} answers something that is no zone: is it PowerDNS's API?");
            if (sets.Any(set => set.Name == record.Name.Value && set.Type == PowerDnsReading.Word(record.Type) && set.HasDisabled))
                return new WriteResult.Refused($"{record.Name} {PowerDnsReading.Word(record.Type)} has records that are switched off, which would be lost: remove them there");
            var reading = Reading(sets, record.Name, record.Type);
            if (reading.Trouble is { } trouble)
                return new WriteResult.Conflict(trouble);
            isThere &= record.IsDoneIn(reading.Set);
            if (record.OtherwiseIn(reading.Set) is { } otherwise)
                other.Add(otherwise);
        }

        return isThere ? new WriteResult.Done("it was so already") { WasSo = true } : other.Count == 0 ? null : new WriteResult.Conflict(string.Join("; ", other));
    }

    private async Task<WriteResult> MakeAsync(ZoneChange change, CancellationToken cancellation)
    {
        // PowerDNS would make it all the same, and nobody could use it: RFC 1034 §4.2.1.
        if (change.Servers.IsEmpty)
            return new WriteResult.Refused($"a zone without name servers answers nobody: say nameServers of {_settings.Id}, and plan {change.Zone} anew");
        var there = await _api.ZoneAsync(change.Zone, withRecords: true, cancellation);
        if (there.IsGood)
            return IsEmpty(change.Zone, there) ? new WriteResult.Done("it was there already, empty") { WasSo = true } : new WriteResult.Conflict($"the zone {change.Zone} is there already, with records");
        if (!there.IsNoZone)
            return Judge(there) is { } failed and not WriteResult.Uncertain ? failed : new WriteResult.Unreachable(there.Trouble);
        return Judge(await _api.MakeAsync(PowerDnsReading.Zone(change), cancellation)) ?? new WriteResult.Done("");
    }

    /// <summary>What somebody has put into the zone since is more than what was made: then it stays.</summary>
    private async Task<WriteResult> RemoveAsync(ZoneChange change, CancellationToken cancellation)
    {
        var there = await _api.ZoneAsync(change.Zone, withRecords: true, cancellation);
        if (there.IsNoZone)
            return new WriteResult.Done("it was gone already") { WasSo = true };
        if (!there.IsGood)
            return Judge(there) is { } failed and not WriteResult.Uncertain ? failed : new WriteResult.Unreachable(there.Trouble);
        return IsEmpty(change.Zone, there) ? Judge(await _api.RemoveAsync(change.Zone, cancellation)) ?? new WriteResult.Done("") : new WriteResult.Conflict($"the zone {change.Zone} has records: it is removed only while it is empty");
    }

    private static bool IsEmpty(DomainName zone, PowerDnsAnswer answer) =>
        PowerDnsReading.Sets(answer.Body) is { } sets && sets.All(set => set.Name == zone.Value && set.Type is "SOA" or "NS");

    private static RecordReading Reading(ImmutableArray<PowerDnsSet> sets, DomainName name, RecordType type)
    {
        var own = sets.Where(set => set.Name == name.Value && !set.Values.IsEmpty).ToList();
        return own.Find(set => set.Type == "CNAME") is { } alias && type != RecordType.CName
            ? new RecordReading(null, $"{name} is an alias of {alias.Values[0]}") { Instead = Instead.Alias }
            : new RecordReading(PowerDnsReading.Of(own.Find(set => set.Type == PowerDnsReading.Word(type)), type), null);
    }

    /// <returns>Null: it is done.</returns>
    private static WriteResult? Judge(PowerDnsAnswer answer) => answer switch
    {
        { IsGood: true } => null,
        { WasSent: false } => new WriteResult.Unreachable(answer.Trouble),
        // A proxy in between says 502 or 504 whatever became of it behind; a database that fails rolls back, but that is not said.
        { Status: 0 or >= 500 } => new WriteResult.Uncertain(answer.Trouble),
        { Status: 401 or 403 } => new WriteResult.Refused($"{answer.Trouble}: it does not accept the key, or not from this address"),
        _ => new WriteResult.Refused(answer.Trouble),
    };
}
