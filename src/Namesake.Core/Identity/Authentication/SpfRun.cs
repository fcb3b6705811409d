using System.Collections.Immutable;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Authentication;

/// <summary>One evaluation: 1. the domain's record, 2. its terms from left to right until one matches, 3. the redirect, 4. the explanation of a refusal.</summary>
internal sealed class SpfRun(SpfLookups lookups, SpfQuestion question, CancellationToken cancellation)
{
    /// <summary>Terms that ask DNS, and questions that find nothing. RFC 7208 §4.6.4</summary>
    public const int MostLookups = 10, MostVoids = 2;

    private readonly ImmutableArray<SpfStep>.Builder _trace = ImmutableArray.CreateBuilder<SpfStep>();
    private int _lookups;
    private int _voids;

    public async Task<SpfEvaluation> EvaluateAsync(DnsAnswer? published)
    {
        var ending = await CheckAsync(question.Domain, 0, published);
        return Evaluation(ending, ending.Result == SpfResult.Fail ? await ExplainAsync(ending) : null); // 4.
    }

    public SpfEvaluation OutOfTime(string why) => Evaluation(new Ending(SpfResult.TempError, why, null, null, null), null);

    private SpfEvaluation Evaluation(Ending ending, string? explanation) => new(ending.Result, ending.Reason, ending.Term, ending.Domain, _lookups, _voids, explanation)
    {
        Trace = _trace.ToImmutable(),
        Doubts = lookups.Doubts,
        PoliciesByResolver = lookups.PoliciesByResolver,
        Ttl = lookups.Ttl == TimeSpan.MaxValue ? TimeSpan.Zero : lookups.Ttl,
    };

    private async Task<Ending> CheckAsync(DomainName domain, int depth, DnsAnswer? published)
    {
        if (domain.Parent is null)
            return new Ending(SpfResult.None, $"{domain} is no domain with a dot in it", null, domain, null); // RFC 7208 §4.3
        var answer = published is null ? await lookups.AskPolicyAsync(domain, depth, cancellation) : lookups.Note(published); // 1.
        if (!answer.IsDefinite)
            return Temporary($"TXT of {domain} could not be asked ({answer.Server} {answer.Outcome.Words()})", domain);
        var policies = SpfPolicies.Of(answer);
        if (policies.IsEmpty)
            return new Ending(SpfResult.None, $"{domain} publishes no SPF record", null, domain, null);
        if (policies.Length > 1)
            return Permanent($"{domain} publishes {policies.Length} SPF records, and only one is allowed", null, domain);
        if (!SpfRecord.TryParse(policies[0], out var record, out var fault))
            return Permanent($"the SPF record of {domain} has a syntax error: {fault}", null, domain);

        foreach (var directive in record.Directives) // 2.
        {
            if (directive.AsksDns && ++_lookups > MostLookups)
                return TooMany(directive, domain, depth);
            var match = await MatchAsync(directive, domain, depth);
            _trace.Add(new SpfStep(depth, domain, directive.Text, match.Error?.Reason ?? (match.IsMatch ? "matches" : "doesn't match")));
            if (match.Error is { } error)
                return error;
            if (match.IsMatch)
            {
                var by = match.By?.Term is { } inner ? $", by \"{inner}\" of {match.By.Domain}" : "";
                return new Ending(ResultOf(directive.Qualifier), $"\"{directive}\" in the SPF record of {domain} matches {question.Address}{by}", directive, domain, record) { By = match.By };
            }
        }

        if (record.Redirect is not { } redirect)
            return new Ending(SpfResult.Neutral, $"nothing in the SPF record of {domain} matches {question.Address}", null, domain, record);
        return await RedirectAsync(redirect, domain, depth); // 3.
    }

    private async Task<Ending> RedirectAsync(SpfModifier redirect, DomainName domain, int depth)
    {
        if (++_lookups > MostLookups)
            return TooMany(redirect, domain, depth);
        var target = await lookups.TargetAsync(redirect.Value, domain, cancellation);
        _trace.Add(new SpfStep(depth, domain, redirect.Text, "goes on there"));
        var ending = target is null ? null : await CheckAsync(target, depth + 1, null);
        // Nothing there is the redirect's fault: RFC 7208 §6.1
        return ending is null or { Result: SpfResult.None } ? Permanent($"\"{redirect}\" of {domain} leads to no SPF record", redirect, domain) : ending;
    }

    private Task<Match> MatchAsync(SpfDirective directive, DomainName domain, int depth) => directive.Mechanism switch
    {
        SpfMechanism.All => Task.FromResult(Match.Yes),
        SpfMechanism.IP4 or SpfMechanism.IP6 => Task.FromResult(Match.If(directive.Network!.Contains(question.Address))),
        SpfMechanism.Include => IncludeAsync(directive, domain, depth),
        SpfMechanism.A => AddressAsync(directive, domain),
        SpfMechanism.MX => ExchangersAsync(directive, domain),
        SpfMechanism.Exists => ExistsAsync(directive, domain),
        _ => PointerAsync(directive, domain),
    };

    private async Task<Match> IncludeAsync(SpfDirective directive, DomainName domain, int depth)
    {
        var target = await lookups.TargetAsync(directive.Domain, domain, cancellation);
        var ending = target is null ? null : await CheckAsync(target, depth + 1, null);
        return ending?.Result switch // the table of RFC 7208 §5.2
        {
            SpfResult.Pass => new Match(true, null) { By = ending.By ?? ending },
            SpfResult.Fail or SpfResult.SoftFail or SpfResult.Neutral => Match.No,
            SpfResult.TempError or SpfResult.PermError => new Match(false, ending),
            _ => new Match(false, Permanent($"\"{directive}\" of {domain} names a domain without an SPF record", directive, domain)),
        };
    }

    private async Task<Match> AddressAsync(SpfDirective directive, DomainName domain)
    {
        var target = await lookups.TargetAsync(directive.Domain, domain, cancellation);
        return target is null ? Match.No : await IsAddressOfAsync(target, directive, domain);
    }

    private async Task<Match> ExchangersAsync(SpfDirective directive, DomainName domain)
    {
        var target = await lookups.TargetAsync(directive.Domain, domain, cancellation);
        if (target is null)
            return Match.No;
        var (answer, error) = await AskAsync(target, RecordType.MX, directive, domain);
        if (error is not null)
            return new Match(false, error);
        var exchangers = answer.Records.OfType<MXRecord>().OrderBy(record => record.Preference).ToList();
        if (exchangers.Count > SpfLookups.MostNames)
            return new Match(false, Permanent($"{target} has {exchangers.Count} MX records, and SPF looks at {SpfLookups.MostNames}", directive, domain));
        foreach (var exchanger in exchangers.Select(record => record.Exchange).OfType<DomainName>())
        {
            var match = await IsAddressOfAsync(exchanger, directive, domain);
            if (match.IsMatch || match.Error is not null)
                return match;
        }
        return Match.No;
    }

    private async Task<Match> IsAddressOfAsync(DomainName name, SpfDirective directive, DomainName domain)
    {
        var (answer, error) = await AskAsync(name, lookups.AddressType, directive, domain);
        var bits = lookups.AddressType == RecordType.A ? directive.V4Length : directive.V6Length;
        return error is not null ? new Match(false, error) : Match.If(answer.Addresses.Any(address => SpfNetwork.Agree(address, question.Address, bits)));
    }

    private async Task<Match> ExistsAsync(SpfDirective directive, DomainName domain)
    {
        var target = await lookups.TargetAsync(directive.Domain, domain, cancellation);
        if (target is null)
            return Match.No;
        var (answer, error) = await AskAsync(target, RecordType.A, directive, domain); // A for IPv6 clients too: RFC 7208 §5.7
        return error is not null ? new Match(false, error) : Match.If(answer.Addresses.Any());
    }

    private async Task<Match> PointerAsync(SpfDirective directive, DomainName domain)
    {
        var target = await lookups.TargetAsync(directive.Domain, domain, cancellation);
        return Match.If(target is not null && !(await lookups.ValidatedAsync(target, cancellation)).IsEmpty);
    }

    /// <summary>Asks, and counts what finds nothing. RFC 7208 §4.6.4</summary>
    private async Task<(DnsAnswer Answer, Ending? Error)> AskAsync(DomainName name, RecordType type, SpfDirective directive, DomainName domain)
    {
        var answer = await lookups.AskAsync(name, type, cancellation);
        if (!answer.IsDefinite)
            return (answer, Temporary($"\"{directive}\" of {domain}: {type.Word()} of {name} could not be asked ({answer.Server} {answer.Outcome.Words()})", domain));
        if (answer.Outcome != DnsOutcome.Answer && ++_voids > MostVoids)
            return (answer, Permanent($"more than {MostVoids} look-ups found nothing, the last for \"{directive}\" of {domain} ({name})", directive, domain));
        return (answer, null);
    }

    /// <summary>RFC 7208 §6.2. Whatever goes wrong with it, the result stands.</summary>
    private async Task<string?> ExplainAsync(Ending ending)
    {
        if (ending.Record?.Explanation is not { } modifier || await lookups.TargetAsync(modifier.Value, ending.Domain!, cancellation) is not { } target)
            return null;
        var answer = await lookups.AskAsync(target, RecordType.Txt, cancellation);
        if (answer.Records.OfType<TextRecord>().ToList() is not [var only] || !Ascii.IsValid(only.Text) || SpfMacroString.ReadExplanation(only.Text) is not { } explanation)
            return null;
        return await lookups.ExpandAsync(explanation, ending.Domain!, cancellation);
    }

    private Ending TooMany(SpfTerm term, DomainName domain, int depth)
    {
        var ending = Permanent($"more than {MostLookups} terms ask DNS; \"{term}\" of {domain} is one too many", term, domain);
        _trace.Add(new SpfStep(depth, domain, term.Text, ending.Reason));
        return ending;
    }

    private static Ending Permanent(string reason, SpfTerm? term, DomainName domain) => new(SpfResult.PermError, reason, term, domain, null);

    private static Ending Temporary(string reason, DomainName domain) => new(SpfResult.TempError, reason, null, domain, null);

    private static SpfResult ResultOf(SpfQualifier qualifier) => qualifier switch
    {
        SpfQualifier.Pass => SpfResult.Pass,
        SpfQualifier.Fail => SpfResult.Fail,
        SpfQualifier.SoftFail => SpfResult.SoftFail,
        _ => SpfResult.Neutral,
    };

    private sealed record Ending(SpfResult Result, string Reason, SpfTerm? Term, DomainName? Domain, SpfRecord? Record)
    {
        /// <summary>Where an include matched: the innermost term that did.</summary>
        public Ending? By { get; init; }
    }

    private sealed record Match(bool IsMatch, Ending? Error)
    {
        public static readonly Match Yes = new(true, null);
        public static readonly Match No = new(false, null);

        public Ending? By { get; init; }

        public static Match If(bool matches) => matches ? Yes : No;
    }
}
