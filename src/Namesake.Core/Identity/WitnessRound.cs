using System.Collections.Concurrent;
using Namesake.Core.Dns;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>Asks witnesses, and the receivers of held lanes, which address they see, and tells the ledger what they say.</summary>
internal sealed class WitnessRound(IdentityLedger ledger, IEchoProbe echo, IDnsLookup dns, TimeProvider time)
{
    /// <summary>Enough for two independent ones with some of them silent; a long list in the configuration is no reason to knock at every door.</summary>
    private const int Most = 4;

    private readonly ConcurrentDictionary<SourceId, Task> _asking = new();
    private int _turn;

    /// <summary>A round is under way for the source: what its own answers stir up is being asked already.</summary>
    public bool IsAsking(SourceId source) => _asking.ContainsKey(source);

    /// <summary>All of them at once. Questions for one source at the same time share one round.</summary>
    public Task AskAllAsync(Source source, CancellationToken cancellation) => ShareAsync(source.Id, () => Task.WhenAll(
        ledger.Model.Witnesses.OrderByDescending(witness => witness.IsReflector).Take(Most).Select(witness => AskAsync(source, witness, cancellation))), cancellation);

    /// <summary>One after the other, a different one first each time, until one confirms. All of them when one contradicts.</summary>
    /// <param name="oursFirst">Reflectors before strangers, who are no part of our routine where we have something of our own.</param>
    public Task AskOneAsync(Source source, bool oursFirst, CancellationToken cancellation) => ShareAsync(source.Id, async () =>
    {
        var witnesses = ledger.Model.Witnesses;
        var turn = (uint)Interlocked.Increment(ref _turn);
        var inTurn = Enumerable.Range(0, witnesses.Length).Select(i => witnesses[(int)((turn + (uint)i) % (uint)witnesses.Length)]);
        foreach (var first in (oursFirst ? inTurn.OrderByDescending(witness => witness.IsReflector) : inTurn).Take(Most))
        {
            switch (await AskAsync(source, first, cancellation))
            {
                case FenceVerdict.Confirmed:
                    return;
                case FenceVerdict.Wrong:
                    await Task.WhenAll(witnesses.Where(witness => witness != first).OrderByDescending(witness => witness.IsReflector).Take(Most - 1)
                        .Select(witness => AskAsync(source, witness, cancellation)));
                    return;
            }
        }
    }, cancellation);

    private async Task ShareAsync(SourceId source, Func<Task> ask, CancellationToken cancellation)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _asking.GetOrAdd(source, mine.Task);
        if (shared != mine.Task)
        {
            await shared.WaitAsync(cancellation);
            return;
        }
        try
        {
            await ask();
        }
        finally
        {
            _asking.TryRemove(source, out _);
            mine.SetResult();
        }
    }

    public async Task AskLaneAsync(Source source, SiteId site, NextHop hop, CancellationToken cancellation)
    {
        var result = await echo.AskAsync(source, hop, cancellation);
        // A host may have moved since it saw us: its name is asked for its present address before it counts as unreachable.
        if (result.FirstLine is null && await WitnessHop.FindAsync(dns, hop.Host, hop.Port, source.Family, cancellation) is { } present && !present.Address.Equals(hop.Address))
            (hop, result) = (present, await echo.AskAsync(source, present, cancellation));
        if (result.FirstLine is { } line)
            Tell(source, site, hop, line, isWitness: false);
    }

    private async Task<FenceVerdict?> AskAsync(Source source, WitnessModel witness, CancellationToken cancellation)
    {
        if (await WitnessHop.FindAsync(dns, witness.Host, witness.Port, source.Family, cancellation) is not { } hop)
            return null;
        var result = await echo.AskAsync(source, hop, cancellation);
        return result.FirstLine is { } line ? Tell(source, new SiteId(SiteRules.OperatorOf(witness.Host)), hop, line, isWitness: true) : null;
    }

    private FenceVerdict Tell(Source source, SiteId site, NextHop hop, string line, bool isWitness) => ledger.Sighted(
        new EchoSighting(source.Id, site, hop, EhloEcho.Parse(line).PublicAddress(ledger.Model.TreatAsPublic), line, time.GetUtcNow(), NewConnection: true, isWitness, Under: source));
}
