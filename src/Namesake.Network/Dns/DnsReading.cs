using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns;

/// <summary>What one reply says about one name, as far as it goes: the records, or a CNAME to go on with.</summary>
/// <param name="Outcome">When <paramref name="Next"/> is set the reply ended at a CNAME it did not follow, and nothing is decided yet.</param>
internal sealed record DnsReading(DnsOutcome Outcome, ImmutableArray<DnsRecord> Records, ImmutableArray<DomainName> Aliases, DomainName? Next, TimeSpan Ttl)
{
    /// <summary>RFC 1034 does not bound a chain; longer ones than 8 are errors everywhere.</summary>
    public const int MaxAliases = 8;

    private static readonly TimeSpan Forever = TimeSpan.MaxValue;

    /// <param name="follow">False: stop at the first CNAME and leave the rest to the caller.</param>
    public static DnsReading Of(WireMessage reply, DomainName name, RecordType type, bool follow = true)
    {
        if (reply.ResponseCode is not (0 or 3))
            return new(Failure(reply.ResponseCode), [], [], null, TimeSpan.Zero);
        var aliases = ImmutableArray.CreateBuilder<DomainName>();
        var ttl = Forever;
        var at = name;
        while (true)
        {
            var own = reply.Answers.Where(record => record.Owner == at.Value).ToList();
            var asked = own.FindAll(record => record.Type == (int)type && type != RecordType.CName);
            if (asked.Count > 0)
            {
                var records = asked.Select(Understood).OfType<DnsRecord>().ToImmutableArray();
                return records.IsEmpty // an MX to no valid name is not the absence of MX
                    ? new(DnsOutcome.Malformed, [], aliases.ToImmutable(), null, TimeSpan.Zero)
                    : new(DnsOutcome.Answer, records, aliases.ToImmutable(), null, Least(ttl, asked.Min(record => record.Ttl)));
            }
            if (own.Find(record => record.Type == (int)RecordType.CName) is not { } alias)
                break;
            ttl = Least(ttl, alias.Ttl);
            if (!DomainName.TryParse(alias.Target, out var target, out _) || target == name || aliases.Contains(target) || aliases.Count == MaxAliases)
                return new(DnsOutcome.Malformed, [], aliases.ToImmutable(), null, TimeSpan.Zero);
            aliases.Add(target);
            at = target;
            if (type == RecordType.CName)
                return new(DnsOutcome.Answer, [], aliases.ToImmutable(), null, ttl);
            if (!follow)
                return new(DnsOutcome.NoData, [], aliases.ToImmutable(), target, ttl);
        }
        // An absence: of the last name in the chain. RFC 6604 §3
        var negative = NegativeTtl(reply, at);
        if (reply.ResponseCode == 3)
            return new(DnsOutcome.NameError, [], aliases.ToImmutable(), null, Least(ttl, negative ?? TimeSpan.Zero));
        if (aliases.Count == 0 && negative is null && reply.Authorities.Any(record => record.Type == (int)RecordType.NS))
            return new(DnsOutcome.Lame, [], [], null, TimeSpan.Zero); // a referral: "ask them" is no statement about the name
        if (aliases.Count > 0 && negative is null)
            return new(DnsOutcome.NoData, [], aliases.ToImmutable(), at, ttl);
        return new(DnsOutcome.NoData, [], aliases.ToImmutable(), null, Least(ttl, negative ?? TimeSpan.Zero));
    }

    public static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>The zone's SOA in the authority section, if it covers the name: RFC 2308 §3. Without one an absence is not remembered.</summary>
    private static TimeSpan? NegativeTtl(WireMessage reply, DomainName name)
    {
        var soa = reply.Authorities.FirstOrDefault(record => record.Type == (int)RecordType.Soa && Covers(record.Owner, name));
        return soa is null ? null : Least(soa.Ttl, soa.Minimum);
    }

    private static bool Covers(string zone, DomainName name) =>
        zone.Length == 0 || (DomainName.TryParse(zone, out var apex, out _) && name.IsEqualOrUnder(apex));

    private static DnsOutcome Failure(int code) => code switch
    {
        2 => DnsOutcome.ServerFailure,
        5 => DnsOutcome.Refused,
        1 => DnsOutcome.Malformed, // FORMERR: it did not understand us, and we don't understand why
        _ => DnsOutcome.ServerFailure,
    };

    private static DnsRecord? Understood(WireRecord record) => (RecordType)record.Type switch
    {
        RecordType.A or RecordType.Aaaa => new AddressRecord(record.Address!, record.Ttl),
        RecordType.Ptr => new PointerRecord(record.Target, NameOf(record.Target), record.Ttl),
        RecordType.MX when record.Target.Length == 0 => new MXRecord((int)record.Number, null, record.Ttl),
        RecordType.MX => NameOf(record.Target) is { } exchange ? new MXRecord((int)record.Number, exchange, record.Ttl) : null,
        RecordType.NS => NameOf(record.Target) is { } server ? new NameServerRecord(server, record.Ttl) : null,
        RecordType.Txt => new TextRecord(record.Text!, record.Ttl),
        RecordType.Tlsa => new TlsaRecord(record.Octets[0], record.Octets[1], record.Octets[2], record.Octets[3..], record.Ttl),
        RecordType.Soa => NameOf(record.Target) is { } primary ? new StartOfAuthorityRecord(primary, record.Number, Least(record.Ttl, record.Minimum), record.Ttl) : null,
        _ => null,
    };

    private static DomainName? NameOf(string text) => DomainName.TryParse(text, out var name, out _) ? name : null;
}
