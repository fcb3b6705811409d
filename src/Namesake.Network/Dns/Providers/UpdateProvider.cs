using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>Writes zones by updates with a key: BIND, Knot, PowerDNS and everything else that speaks RFC 2136. Over TCP only: nobody off the way answers in the server's place.</summary>
public sealed class UpdateProvider : IDnsProvider, IDisposable
{
    /// <summary>Changes in one message. A change takes some 300 octets at most with its prerequisites, a message over TCP may have 65,535.</summary>
    public const int MostPerUpdate = 100;

    private const int NoError = 0, NameError = 3, NotImplemented = 4, RefusedCode = 5, NameExists = 6, SetExists = 7, SetMissing = 8, NotAuthoritative = 9, NotZone = 10; // RFC 2136 §2.2

    private readonly UpdateSettings _settings;
    private readonly TimeProvider _time;
    private readonly ServerExchange _exchange;

    public UpdateProvider(UpdateSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _time) = (settings, time);
        _exchange = new ServerExchange(settings.Server, settings.Key, settings.Timeout, time);
        Traits = new DnsProviderTraits
        {
            Id = settings.Id,
            Name = $"{settings.Id} (updates at {settings.Server} with key {settings.Key.Name})",
            Zones = settings.Zones,
            NameServers = settings.NameServers,
            IsAtomic = true,
            MostPerWrite = MostPerUpdate,
        };
    }

    public DnsProviderTraits Traits { get; }

    /// <summary>Takes away a record that isn't there: permissions are looked at, nothing changes, the serial neither.</summary>
    public async Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        var nothing = type switch { RecordType.A => "192.0.2.0", RecordType.Aaaa => "100::", _ => "nothing.namesake.invalid." };
        var result = Judge(zone, await _exchange.UpdateAsync(zone, [], (name, type, nothing), cancellation));
        var access = result switch { WriteResult.Done => WriteAccess.Proven, WriteResult.Refused => WriteAccess.None, _ => WriteAccess.Unreachable };
        return new WriteAuthority(zone, access, $"key {_settings.Key.Name} at {_settings.Server}", result.Text, _time.GetUtcNow());
    }

    public async Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        var answered = await _exchange.AskAsync(name, type, cancellation);
        return answered.Message is not null && Distrust(answered) is { } why ? new RecordReading(null, why) : answered.ReadingOf(_settings.Server, zone, name, type);
    }

    public async Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var records = changes.OfType<RecordChange>().ToImmutableArray();
        if (records.Length != changes.Length)
            return new WriteResult.Refused($"{_settings.Server} takes records by updates, not zones: make {zone} there by hand");
        if (records.Length > MostPerUpdate)
            throw new ArgumentException($"{records.Length} changes are more than the {MostPerUpdate} of one update.", nameof(changes));
        try
        {
            var result = Judge(zone, await _exchange.UpdateAsync(zone, records, null, cancellation));
            return result is WriteResult.Conflict conflict ? await ExplainAsync(zone, records, conflict, cancellation) : result;
        }
        catch (FormatException e)
        {
            return new WriteResult.Refused($"a value of the plan is no record: {e.Message}");
        }
    }

    public void Dispose() => _exchange.Dispose();

    /// <summary>Which record is otherwise; or all are as wanted already, because an earlier answer was lost.</summary>
    private async Task<WriteResult> ExplainAsync(DomainName zone, ImmutableArray<RecordChange> changes, WriteResult.Conflict conflict, CancellationToken cancellation)
    {
        var isThere = true;
        var other = new List<string>();
        foreach (var change in changes)
        {
            var reading = await ReadAsync(zone, change.Name, change.Type, cancellation);
            if (reading.Trouble is { } trouble)
                return new WriteResult.Conflict($"{conflict.Text}; {change.Name}: {trouble}");
            isThere &= change.IsDoneIn(reading.Set);
            if (change.OtherwiseIn(reading.Set) is { } otherwise)
                other.Add(otherwise);
        }

        return isThere ? new WriteResult.Done("it was so already") { WasSo = true } : new WriteResult.Conflict(other.Count == 0 ? conflict.Text : string.Join("; ", other));
    }

    private WriteResult Judge(DomainName zone, Answered answered)
    {
        if (answered.Message is not { } message)
            return answered.WasSent ? new WriteResult.Uncertain(answered.Trouble) : new WriteResult.Unreachable(answered.Trouble);
        switch (message.ResponseCode)
        {
            case NoError:
                return Distrust(answered) is { } why ? new WriteResult.Uncertain(why) : new WriteResult.Done("");
            case SetMissing or SetExists or NameExists or NameError:
                return Distrust(answered) is { } doubt ? new WriteResult.Uncertain(doubt) : new WriteResult.Conflict($"{_settings.Server} says {ResponseCodes.Word(message.ResponseCode)}");
            case NotAuthoritative when answered.Signature.Error != 0:
                return new WriteResult.Refused($"{_settings.Server} does not accept key {_settings.Key}: {KeyFault(answered.Signature.Error)}");
            case NotAuthoritative or NotZone:
                return new WriteResult.Refused($"{_settings.Server} is no primary server of {zone}, or a name is not in it ({ResponseCodes.Word(message.ResponseCode)})");
            case RefusedCode:
                return new WriteResult.Refused($"{_settings.Server} refuses updates of {zone} with key {_settings.Key} (REFUSED): allow them there");
            case NotImplemented:
                return new WriteResult.Refused($"{_settings.Server} takes no updates (NOTIMP): switch them on there");
            default:
                // A server in trouble: nothing is written, and whether we may is not said.
                return new WriteResult.Unreachable($"{_settings.Server} says {ResponseCodes.Word(message.ResponseCode)}");
        }
    }

    private static string KeyFault(int error) => error switch
    {
        16 => "its secret or algorithm there is another (BADSIG)",
        17 => "it doesn't know a key of that name and algorithm (BADKEY)",
        18 => "its clock and ours differ by more than five minutes (BADTIME)",
        _ => $"error {error}",
    };

    /// <summary>An answer that isn't signed with the key says nothing for certain: RFC 8945 §5.3.</summary>
    private string? Distrust(Answered answered) => answered.Signature.State switch
    {
        SignatureState.Valid => null,
        SignatureState.None => $"{_settings.Server} did not sign its answer{(answered.Signature.Error == 0 ? "" : $": {KeyFault(answered.Signature.Error)}")}",
        SignatureState.Old => $"the answer of {_settings.Server} was signed at a time more than five minutes from ours",
        _ => $"the signature of {_settings.Server}'s answer is not valid for key {_settings.Key}",
    };
}
