using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>A DNS of records as zone files have them, with two servers per zone, any of which may fall silent or lag behind.</summary>
internal sealed class ZoneDns : IDnsLookup
{
    private readonly Dictionary<string, List<(RecordType Type, string Data)>> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Name, RecordType Type), List<string>> _lagging = [];
    private readonly Dictionary<(string Name, RecordType? Type), DnsOutcome> _trouble = [];
    private readonly HashSet<string> _zonesInTrouble = [];
    private int _questions;

    public bool ResolvingInDoubt => false;

    public int Questions => Volatile.Read(ref _questions);

    public List<string> Asked { get; } = [];

    /// <summary>When set, questions wait for it.</summary>
    public Func<DomainName, CancellationToken, Task>? Before { get; set; }

    /// <summary>Lines of the form <c>name TYPE data</c>; <c>name TIMEOUT</c> for a name whose other types nobody answers.</summary>
    public ZoneDns With(params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            if (parts[1] == "TIMEOUT")
                _trouble[(parts[0].ToLowerInvariant(), null)] = DnsOutcome.TimedOut;
            else
                Of(parts[0]).Add((Enum.Parse<RecordType>(parts[1], ignoreCase: true), parts[2]));
        }
        return this;
    }

    public ZoneDns Without(string name, RecordType type)
    {
        Of(name).RemoveAll(record => record.Type == type);
        return this;
    }

    /// <summary>In place of what was there.</summary>
    public ZoneDns Set(string name, RecordType type, params string[] data)
    {
        Without(name, type);
        Of(name).AddRange(data.Select(one => (type, one)));
        return this;
    }

    public void Trouble(string name, RecordType type, DnsOutcome outcome) => _trouble[(name, type)] = outcome;

    /// <summary>Nobody answers for names at or below this one, neither the resolver nor the servers.</summary>
    public void Silence(string zone) => _zonesInTrouble.Add(zone);

    /// <summary>The second server of the zone still says this.</summary>
    public void Lag(string name, RecordType type, params string[] data) => _lagging[(name, type)] = [.. data];

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => AskFreshAsync(name, type, cancellation);

    public async Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _questions);
        lock (Asked)
            Asked.Add($"{name} {type}");
        if (Before is { } before)
            await before(name, cancellation);
        return Answer(name, type, "resolver", lags: false);
    }

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation) => Task.FromResult(new AuthoritativeAnswers(
        DomainName.Parse(string.Join('.', name.Labels.TakeLast(2))), [Answer(name, type, "ns1", lags: false), Answer(name, type, "ns2", lags: true)], null));

    private List<(RecordType Type, string Data)> Of(string name)
    {
        if (!_records.TryGetValue(name, out var records))
            _records[name] = records = [];
        return records;
    }

    private DnsAnswer Answer(DomainName name, RecordType type, string server, bool lags)
    {
        var aliases = ImmutableArray<DomainName>.Empty;
        var at = name;
        while (true)
        {
            if (_zonesInTrouble.Any(zone => at.IsEqualOrUnder(DomainName.Parse(zone))))
                return Said(DnsOutcome.TimedOut, []);
            if (_trouble.TryGetValue((at.Value, type), out var trouble))
                return Said(trouble, []);
            var own = _records.GetValueOrDefault(at.Value, []);
            var data = lags && _lagging.TryGetValue((at.Value, type), out var old) ? old : own.Where(record => record.Type == type).Select(record => record.Data).ToList();
            if (data.Count > 0)
                return Said(DnsOutcome.Answer, [.. data.Select(one => Record(type, one))]);
            if (own.FirstOrDefault(record => record.Type == RecordType.CName).Data is { } target)
            {
                at = DomainName.Parse(target);
                if (aliases.Contains(at) || aliases.Length == 8)
                    return Said(DnsOutcome.Malformed, []);
                aliases = aliases.Add(at);
                continue;
            }
            if (_trouble.TryGetValue((at.Value, null), out trouble))
                return Said(trouble, []);
            var exists = own.Count > 0 || _records.Any(pair => pair.Value.Count > 0 && pair.Key.EndsWith($".{at}", StringComparison.OrdinalIgnoreCase));
            return Said(exists ? DnsOutcome.NoData : DnsOutcome.NameError, []);
        }

        DnsAnswer Said(DnsOutcome outcome, ImmutableArray<DnsRecord> records) => new(name, type, outcome, records, aliases,
            outcome is DnsOutcome.Answer or DnsOutcome.NoData or DnsOutcome.NameError ? TimeSpan.FromMinutes(5) : TimeSpan.Zero, server != "resolver", false, server, DateTimeOffset.UnixEpoch);
    }

    private static DnsRecord Record(RecordType type, string data)
    {
        var ttl = TimeSpan.FromMinutes(5);
        switch (type)
        {
            case RecordType.Txt:
                return new TextRecord(Unquoted(data), ttl);
            case RecordType.Ptr:
                return new PointerRecord(data, DomainName.TryParse(data, out var pointer, out _) ? pointer : null, ttl);
            case RecordType.MX:
                var parts = data.Split(' ');
                return new MXRecord(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == "." ? null : DomainName.Parse(parts[1]), ttl);
            default:
                return new AddressRecord(IPAddress.Parse(data), ttl);
        }
    }

    /// <summary>Strings in quotes, joined; <c>\xNN</c> for an octet that can't be written.</summary>
    private static string Unquoted(string data)
    {
        if (!data.StartsWith('"'))
            return data;
        var text = new StringBuilder();
        for (var i = 1; i < data.Length; i++)
        {
            if (data[i] == '"')
            {
                i = data.IndexOf('"', i + 1); // where the next string begins
                if (i < 0)
                    break;
            }
            else if (data[i] == '\\' && data[i + 1] == 'x')
            {
                text.Append((char)Convert.ToByte(data[(i + 2)..(i + 4)], 16));
                i += 3;
            }
            else
            {
                text.Append(data[i] == '\\' ? data[++i] : data[i]);
            }
        }
        return text.ToString();
    }
}
