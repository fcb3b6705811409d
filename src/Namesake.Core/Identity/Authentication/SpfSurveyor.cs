using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Spf;

namespace Namesake.Core.Identity.Authentication;

/// <summary>Walks a policy and all it includes without stopping at a match. An address that is listed early hides a policy that is too long; the next one added at its end doesn't.</summary>
public sealed class SpfSurveyor(IDnsLookup dns, TimeProvider time)
{
    /// <summary>Where counting ends: three times what is allowed is enough to know.</summary>
    public const int MostTerms = 30;

    /// <param name="question">Macros become what they would be for it.</param>
    /// <param name="published">The domain's own TXT records, from one of its servers; null: they are asked for.</param>
    public async Task<SpfSurvey> LookAsync(SpfQuestion question, DnsAnswer? published, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        using var limit = new CancellationTokenSource(SpfEvaluator.TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var walk = new Walk(new SpfLookups(dns, question, time.GetUtcNow()), either.Token);
        try
        {
            await walk.IntoAsync(question.Domain, published, []);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            walk.OutOfTime();
        }
        return walk.Survey();
    }

    private sealed class Walk(SpfLookups lookups, CancellationToken cancellation)
    {
        private readonly List<string> _voids = [], _pointers = [], _faults = [];
        private int _terms;
        private bool _isOutOfTime;

        public void OutOfTime() => _isOutOfTime = true;

        public SpfSurvey Survey() => new(_terms, [.. _voids], [.. _pointers], [.. _faults], _isOutOfTime ? lookups.Doubts.Add("DNS took too long for all of it") : lookups.Doubts);

        /// <param name="above">The policies that led here.</param>
        public async Task IntoAsync(DomainName domain, DnsAnswer? published, ImmutableArray<DomainName> above)
        {
            var answer = published is null ? await lookups.AskPolicyAsync(domain, above.Length, cancellation) : lookups.Note(published);
            if (!answer.IsDefinite)
                return;
            var policies = SpfPolicies.Of(answer);
            if (policies.Length > 1)
                _faults.Add($"{domain} publishes {policies.Length} SPF records, and only one is allowed");
            else if (policies.IsEmpty && !above.IsEmpty)
                _faults.Add($"{above[^1]} includes {domain}, which has no SPF record");
            if (policies is not [var text])
                return;
            if (!SpfRecord.TryParse(text, out var record, out var fault))
            {
                _faults.Add($"the SPF record of {domain} has a syntax error: {fault}");
                return;
            }
            foreach (var term in record.Terms.Where(term => term.AsksDns))
            {
                // A redirect beside all is never looked at: RFC 7208 §6.1
                if (term is SpfModifier && record.Directives.Any(directive => directive.Mechanism == SpfMechanism.All))
                    continue;
                if (_terms >= MostTerms)
                    return;
                _terms++;
                await LookAtAsync(term, domain, above);
            }
        }

        private async Task LookAtAsync(SpfTerm term, DomainName domain, ImmutableArray<DomainName> above)
        {
            var specification = term is SpfDirective directive ? directive.Domain : ((SpfModifier)term).Value;
            var target = await lookups.TargetAsync(specification, domain, cancellation);
            switch (term)
            {
                case SpfDirective { Mechanism: SpfMechanism.Ptr }:
                    _pointers.Add($"\"{term}\" of {domain}");
                    break;
                case SpfModifier or SpfDirective { Mechanism: SpfMechanism.Include }:
                    if (target is null)
                        _faults.Add($"\"{term}\" of {domain} leads to no domain");
                    else if (target == domain || above.Contains(target))
                        _faults.Add($"\"{term}\" of {domain} goes round in a circle");
                    else
                        await IntoAsync(target, null, above.Add(domain));
                    break;
                case SpfDirective { Mechanism: SpfMechanism.MX } when target is not null:
                    await ExchangersAsync(term, domain, target);
                    break;
                case SpfDirective { Mechanism: SpfMechanism.A } when target is not null:
                    await NameAsync(term, domain, target);
                    break;
            }
        }

        private async Task ExchangersAsync(SpfTerm term, DomainName domain, DomainName target)
        {
            var answer = await lookups.AskAsync(target, RecordType.MX, cancellation);
            if (answer.Outcome is DnsOutcome.NoData or DnsOutcome.NameError)
                _voids.Add($"\"{term}\" of {domain} ({target} has no MX)");
            else if (answer.Records.Length > SpfLookups.MostNames)
                _faults.Add($"\"{term}\" of {domain}: {target} has {answer.Records.Length} MX records, and SPF looks at {SpfLookups.MostNames}");
        }

        /// <summary>A name with an address of one family only is a void look-up for clients of the other. It counts only where it is one for everybody: anything else would blame
        /// every domain without IPv6.</summary>
        private async Task NameAsync(SpfTerm term, DomainName domain, DomainName target)
        {
            foreach (var type in new[] { RecordType.A, RecordType.Aaaa })
                if (await lookups.AskAsync(target, type, cancellation) is var answer && answer.Outcome is not (DnsOutcome.NoData or DnsOutcome.NameError))
                    return;
            _voids.Add($"\"{term}\" of {domain} ({target} has no address)");
        }
    }
}
