using Namesake.Core.Dns;

namespace Namesake.Core.Identity.Authentication;

/// <summary>The function check_host() of RFC 7208 §4: what receivers make of an address and a domain.</summary>
public sealed class SpfEvaluator(IDnsLookup dns, TimeProvider time)
{
    /// <summary>Longest time for one evaluation; then it is temperror. RFC 7208 §4.6.4 asks for 20 seconds at least.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    /// <param name="published">The domain's own TXT records where they are known already, from one of its servers; null: they are asked for.</param>
    public async Task<SpfEvaluation> CheckAsync(SpfQuestion question, DnsAnswer? published, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Address.IsIPv4MappedToIPv6)
            question = question with { Address = question.Address.MapToIPv4() };
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var run = new SpfRun(new SpfLookups(dns, question, time.GetUtcNow()), question, either.Token);
        try
        {
            return await run.EvaluateAsync(published);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return run.OutOfTime($"DNS took longer than {TimeLimit.TotalSeconds:0} s for all of it");
        }
    }
}
