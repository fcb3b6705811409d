using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Authentication;

/// <summary>The questions that one look at SPF puts to DNS, and what is remembered of the answers.</summary>
/// <remarks>What the domain itself publishes, and the policies it names first, are asked of their zones' own servers: our resolver may have another view of the domain (split
/// horizon), or an old one. What lies deeper is others' and asked of our resolver alone.</remarks>
internal sealed class SpfLookups(IDnsLookup dns, SpfQuestion question, DateTimeOffset at)
{
    /// <summary>Names of an address, and hosts of a domain, that are looked at. RFC 7208 §4.6.4</summary>
    public const int MostNames = 10;

    private readonly ImmutableArray<string>.Builder _doubts = ImmutableArray.CreateBuilder<string>();
    private readonly List<DomainName> _policies = [];
    private ImmutableArray<DomainName>? _validated;

    public RecordType AddressType => question.Address.RecordType();

    public ImmutableArray<string> Doubts => _doubts.ToImmutable();

    public TimeSpan Ttl { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Policies that only our resolver told.</summary>
    public ImmutableArray<DomainName> PoliciesByResolver => [.. _policies.Distinct()];

    public async Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) =>
        Note(name.IsEqualOrUnder(question.Domain) ? (await AskServersAsync(name, type, cancellation)).Answer : await dns.AskFreshAsync(name, type, cancellation));

    /// <param name="depth">0 for the domain's own policy, 1 for those it names.</param>
    public async Task<DnsAnswer> AskPolicyAsync(DomainName domain, int depth, CancellationToken cancellation)
    {
        var (answer, byResolver) = depth <= 1 || domain.IsEqualOrUnder(question.Domain)
            ? await AskServersAsync(domain, RecordType.Txt, cancellation)
            : (await dns.AskFreshAsync(domain, RecordType.Txt, cancellation), true);
        if (byResolver && answer.IsDefinite)
            _policies.Add(domain);
        return Note(answer);
    }

    /// <summary>The zone's servers' word; where none of them can be asked, our resolver's.</summary>
    private async Task<(DnsAnswer Answer, bool ByResolver)> AskServersAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        var resolver = dns.AskFreshAsync(name, type, cancellation);
        var servers = (await dns.AskAuthoritativeAsync(name, type, cancellation)).Definite.ToList();
        var known = await resolver;
        if (servers.Count == 0)
            return (known, true);
        if (servers.Select(Content).Distinct(StringComparer.Ordinal).Count() == 1)
            return (servers[0], false);
        // Receivers get the one or the other: nobody can tell which.
        _doubts.Add($"the servers of {name} publish different {type.Word()} records");
        return (servers[0] with { Outcome = DnsOutcome.ServerFailure, Records = [], Server = $"the servers of {name}, which disagree" }, false);
    }

    // What else a domain has in TXT records may differ from server to server and means nothing here.
    private static string Content(DnsAnswer answer) => string.Join('\n',
        (answer.Type == RecordType.Txt ? SpfPolicies.Of(answer) : answer.Records.Select(record => record.Value)).Order(StringComparer.Ordinal));

    public DnsAnswer Note(DnsAnswer answer)
    {
        if (!answer.IsDefinite)
            _doubts.Add($"{answer.Type.Word()} of {answer.Name} ({answer.Server} {answer.Outcome.Words()})");
        else if (answer.Ttl < Ttl)
            Ttl = answer.Ttl;
        return answer;
    }

    /// <summary>The name a term asks about. RFC 7208 §4.8, §7.3</summary>
    /// <returns>Null when what the macros make is no name that can be asked for: it leads nowhere.</returns>
    public async Task<DomainName?> TargetAsync(SpfMacroString? specification, DomainName domain, CancellationToken cancellation)
    {
        if (specification is null)
            return domain;
        var text = await ExpandAsync(specification, domain, cancellation);
        if (text.EndsWith('.'))
            text = text[..^1];
        while (text.Length > DomainName.MaxLength && text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot)
            text = text[(dot + 1)..];
        return DomainName.TryParse(text, out var name, out _) ? name : null;
    }

    public async Task<string> ExpandAsync(SpfMacroString specification, DomainName domain, CancellationToken cancellation) => specification.Expand(new SpfMacroValues
    {
        LocalPart = question.LocalPart.Length == 0 ? "postmaster" : question.LocalPart, // RFC 7208 §4.3
        SenderDomain = question.SenderDomain,
        Domain = domain.Value,
        Client = question.Address,
        Helo = question.Helo,
        At = at,
        ValidatedName = specification.Uses('p') ? await ValidatedNameAsync(domain, cancellation) : "unknown",
    });

    /// <summary>The client's names that lead back to it. Trouble only makes the list shorter: RFC 7208 §5.5</summary>
    /// <param name="under">Only those at or below this name matter.</param>
    public async Task<ImmutableArray<DomainName>> ValidatedAsync(DomainName? under, CancellationToken cancellation)
    {
        var pointer = await AskAsync(ReverseName.Of(question.Address), RecordType.Ptr, cancellation);
        var validated = ImmutableArray.CreateBuilder<DomainName>();
        foreach (var name in pointer.Pointers.Take(MostNames).Select(record => record.Name).OfType<DomainName>())
            if ((under is null || name.IsEqualOrUnder(under)) && (await AskAsync(name, AddressType, cancellation)).Addresses.Contains(question.Address))
                validated.Add(name);
        return validated.DrainToImmutable();
    }

    /// <summary>The domain itself, else one below it, else any, else "unknown". RFC 7208 §7.3</summary>
    private async Task<string> ValidatedNameAsync(DomainName domain, CancellationToken cancellation)
    {
        _validated ??= await ValidatedAsync(null, cancellation);
        var names = _validated.Value;
        return (names.FirstOrDefault(name => name == domain) ?? names.FirstOrDefault(name => name.IsEqualOrUnder(domain)) ?? names.FirstOrDefault())?.Value ?? "unknown";
    }
}
