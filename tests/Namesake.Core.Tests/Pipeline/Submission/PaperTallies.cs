using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Tests.Pipeline.Submission;

/// <summary>Tallies and freezes in a dictionary, in the order of the stores that are held by contract.</summary>
internal sealed class PaperTallies : ITallyStore, IFreezeStore
{
    private readonly SortedDictionary<TallyKey, Tally> _tallies = new(Comparer<TallyKey>.Create((a, b) =>
        a.Day != b.Day ? a.Day.CompareTo(b.Day) : a.Scope != b.Scope ? a.Scope.CompareTo(b.Scope) : string.CompareOrdinal(a.Name, b.Name)));

    public Dictionary<string, string> Freezes { get; } = [];

    /// <summary>Rows that were asked for as the heaviest.</summary>
    public int Read { get; private set; }

    public IReadOnlyCollection<Tally> All => _tallies.Values;

    public void Add(DateOnly day, TallyScope scope, string name, long messages, long recipients) => _tallies[new TallyKey(day, scope, name)] = new Tally(new TallyKey(day, scope, name), messages, recipients, 0);

    public Task<ImmutableArray<Tally>> TalliesAsync(DateOnly from, TallyKey? after, int limit, CancellationToken cancellation) => Task.FromResult<ImmutableArray<Tally>>(
        [.. _tallies.Where(pair => pair.Key.Day >= from && (after is not { } last || _tallies.Comparer.Compare(pair.Key, last) > 0)).Take(limit).Select(pair => pair.Value)]);

    /// <summary>What comes before a read of the heaviest: a wait, or a fault of the store.</summary>
    public Func<DateOnly, TallyScope, CancellationToken, Task> BeforeHeaviest { get; set; } = (_, _, _) => Task.CompletedTask;

    public async Task<ImmutableArray<Tally>> HeaviestAsync(DateOnly day, TallyScope scope, int passed, int limit, CancellationToken cancellation)
    {
        await BeforeHeaviest(day, scope, cancellation);
        ImmutableArray<Tally> heaviest = [.. _tallies.Values.Where(tally => tally.Key.Day == day && tally.Key.Scope == scope)
            .OrderByDescending(tally => tally.Recipients).ThenBy(tally => tally.Key.Name, StringComparer.Ordinal).Skip(passed).Take(limit)];
        Read += heaviest.Length;
        return heaviest;
    }

    /// <summary>What comes before a save.</summary>
    public Func<Task> BeforeSave { get; set; } = () => Task.CompletedTask;

    public async Task SaveTalliesAsync(ImmutableArray<Tally> tallies)
    {
        await BeforeSave();
        foreach (var tally in tallies)
            _tallies[tally.Key] = tally;
    }

    /// <summary>Told when some were removed.</summary>
    public Action Forgotten { get; set; } = () => { };

    public Task<int> ForgetTalliesAsync(ImmutableArray<Tally> tallies)
    {
        var gone = tallies.Count(tally => _tallies.Remove(tally.Key));
        Forgotten();
        return Task.FromResult(gone);
    }

    public Task<int> ForgetTalliesAsync(DateOnly before, int limit) => Task.FromResult(0);

    public Task<ImmutableDictionary<string, string>> FreezesAsync(CancellationToken cancellation) => Task.FromResult(Freezes.ToImmutableDictionary());

    /// <summary>Why nothing is stored; null: it is.</summary>
    public string? Trouble { get; set; }

    /// <summary>Everything, each time.</summary>
    public Task<StateChanges> FreezeChangesAsync(DateTimeOffset? since, CancellationToken cancellation) =>
        Task.FromResult(new StateChanges(Freezes.ToImmutableDictionary(pair => pair.Key, string? (pair) => pair.Value), default, true));

    public Task SaveFreezeAsync(string name, string? state)
    {
        if (Trouble is { } trouble)
            throw new SpoolUnavailableException(trouble);
        if (state is null)
            Freezes.Remove(name);
        else
            Freezes[name] = state;
        return Task.CompletedTask;
    }
}
