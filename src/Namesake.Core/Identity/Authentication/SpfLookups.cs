using System.Collections.Immutable;
using System.Net.Sockets;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Authentication;

/// <summary>The questions that one look at SPF puts to DNS, and what is remembered of the answers.</summary>
internal sealed class SpfLookups(IDnsLookup dns, SpfQuestion question, DateTimeOffset at)
{
    /// <summary>Names of an address, and hosts of a domain, that are looked at. RFC 7208 §4.6.4</summary>
    public const int MostNames = 10;

    private readonly ImmutableArray<string>.Builder _doubts = ImmutableArray.CreateBuilder<string>();
    private ImmutableArray<DomainName>? _validated;

    public RecordType AddressType => question.Address.AddressFamily == AddressFamily.InterNetwork ? RecordType.A : RecordType.Aaaa;

    public ImmutableArray<string> Doubts => _doubts.ToImmutable();

    public TimeSpan Ttl { get; private set; } = TimeSpan.MaxValue;

    public async Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation) => Note(await dns.AskFreshAsync(name, type, cancellation));

    public DnsAnswer Note(DnsAnswer answer)
    {
        if (!answer.IsDefinite)
            _doubts.Add($"{answer.Type.ToString().ToUpperInvariant()} of {answer.Name} ({answer.Server}: {answer.Outcome})");
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
