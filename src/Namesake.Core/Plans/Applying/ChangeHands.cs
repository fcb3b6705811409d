using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Dns.Planning;
using Namesake.Core.Firewall;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Applying;

/// <summary>Reads and writes through providers and firewalls, each call bounded in time. What goes wrong in one is an answer, never an exception: after a write that broke off nobody knows, and that is what is said.</summary>
internal sealed class ChangeHands(PlanPorts ports, PlanTimes times, TimeProvider time)
{
    /// <summary>Together only where all is written or none: of part of a batch nobody knows which part is ours.</summary>
    public int MostOf(string by) => ports.Provider(by) is { Traits: { IsAtomic: true } traits } ? traits.MostPerWrite : 1;

    public bool NeedsForward(string by) => ports.Provider(by)?.Traits.ForwardMustResolve == true;

    /// <summary>Where this removes a PTR record the provider's own takes its place: nobody will see that there is none.</summary>
    public bool BringsItsOwn(RecordChange change) => change is { New: null, Type: RecordType.Ptr } && ports.Provider(change.By)?.Traits.DefaultPointer is not null;

    public Task<PresentReading> ReadAsync(Change change, CancellationToken cancellation) => change switch
    {
        RecordChange record => ReadAsync(record, cancellation),
        ZoneChange zone => ReadAsync(zone, cancellation),
        TranslationChange translation => ReadAsync(translation, cancellation),
        _ => throw new InvalidOperationException("a change of a kind that is not known"),
    };

    /// <summary>Some beside each other, in the order they are given.</summary>
    public Task<PresentReading[]> ReadAsync(ImmutableArray<Change> changes, CancellationToken cancellation) => EachAsync(changes, ReadAsync, cancellation);

    /// <summary>Asks again where it can't be read, a few times.</summary>
    public Task<PresentReading[]> ReadPatientlyAsync(ImmutableArray<Change> changes, CancellationToken cancellation) => EachAsync(changes, ReadPatientlyAsync, cancellation);

    private async Task<PresentReading[]> EachAsync(ImmutableArray<Change> changes, Func<Change, CancellationToken, Task<PresentReading>> read, CancellationToken cancellation)
    {
        var readings = new PresentReading[changes.Length];
        await Parallel.ForAsync(0, changes.Length, new ParallelOptions { MaxDegreeOfParallelism = times.ReadsAtOnce, CancellationToken = cancellation }, async (index, stop) => readings[index] = await read(changes[index], stop));
        return readings;
    }

    private async Task<PresentReading> ReadPatientlyAsync(Change change, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var reading = await ReadAsync(change, cancellation);
            if (reading.Standing != Standing.Unknown || tries >= times.Tries)
                return reading;
            await Task.Delay(times.BetweenTries, time, cancellation);
        }
    }

    /// <param name="changes">All of one batch.</param>
    public Task<WriteResult> WriteAsync(ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        if (changes is [TranslationChange translation])
            return ports.Firewall(translation.By) is { } firewall
                ? BoundedAsync(stop => firewall.WriteAsync(translation, stop), trouble => new WriteResult.Uncertain(trouble), cancellation)
                : Gone(translation.By);
        var spot = ChangeSpot.Of(changes[0]);
        return ports.Provider(spot.By) is { } provider
            ? BoundedAsync(stop => provider.WriteAsync(spot.Zone!, changes, stop), trouble => new WriteResult.Uncertain(trouble), cancellation)
            : Gone(spot.By);
    }

    public Task<WriteAuthority?> ProveAsync(RecordChange change, CancellationToken cancellation) => ports.Provider(change.By) is { } provider
        ? BoundedAsync<WriteAuthority?>(async stop => await provider.ProveAsync(change.Zone, change.Name, change.Type, stop), trouble => new WriteAuthority(change.Zone, WriteAccess.Unreachable, provider.Traits.Name, trouble, time.GetUtcNow()), cancellation)
        : Task.FromResult<WriteAuthority?>(null);

    /// <returns>Null: the firewall's own tool would take it.</returns>
    public Task<string?> CheckAsync(TranslationChange change, CancellationToken cancellation) => ports.Firewall(change.By) is { } firewall
        ? BoundedAsync(stop => firewall.CheckAsync(change, stop), trouble => trouble, cancellation)
        : Task.FromResult<string?>($"there is no firewall {change.By} in the configuration");

    public Task<int?> ForgetAsync(TranslationChange change, CancellationToken cancellation) => ports.Firewall(change.By) is { } firewall
        ? BoundedAsync(stop => firewall.ForgetConnectionsAsync(change, stop), _ => (int?)null, cancellation)
        : Task.FromResult<int?>(null);

    private async Task<PresentReading> ReadAsync(RecordChange change, CancellationToken cancellation)
    {
        if (ports.Provider(change.By) is not { } provider)
            return PresentReading.Unreadable($"there is no DNS provider {change.By} in the configuration");
        var reading = await BoundedAsync(stop => provider.ReadAsync(change.Zone, change.Name, change.Type, stop), trouble => new RecordReading(null, trouble), cancellation);
        if (reading is { Trouble: { } instead, Instead: not Instead.Nothing })
            return new PresentReading(Standing.Other, null, null, $"{PlanTextOf(change)}: {instead}") { HasNoZone = reading.Instead == Instead.NoZone };
        if (reading.Trouble is { } trouble)
            return PresentReading.Unreadable($"{provider.Traits.Name}: {trouble}");
        var text = $"{PlanTextOf(change)} is {reading.Set?.ToString() ?? "not there"}";
        // Where removing brings back the provider's own record, that counts as none; but for who planned to see just that.
        var set = IsDefault(provider.Traits, change, reading.Set) ? null : reading.Set;
        return new PresentReading(StandingOf(set, change.Old, change.New), set, null, text);
    }

    private static bool IsDefault(DnsProviderTraits traits, RecordChange change, RecordSet? set) => set is { Values: [var only] } && traits.DefaultPointer is { } pattern
        && ReverseName.TryParse(change.Name, out var address) && DefaultPointer.Matches(pattern, only, address) && change.Old?.Says(set) != true && change.New?.Says(set) != true;

    /// <summary>Compared as prerequisites are, by data alone; by TTL too where a change changes nothing else.</summary>
    internal static Standing StandingOf(RecordSet? present, RecordSet? old, RecordSet? made)
    {
        var (isOld, isNew) = (RecordSet.Same(present, old), RecordSet.Same(present, made));
        if (isOld && isNew)
            return present?.Ttl == made?.Ttl ? Standing.New : Standing.Old;
        return isNew ? Standing.New : isOld ? Standing.Old : Standing.Other;
    }

    private async Task<PresentReading> ReadAsync(ZoneChange change, CancellationToken cancellation)
    {
        if (ports.Provider(change.By) is not { } provider)
            return PresentReading.Unreadable($"there is no DNS provider {change.By} in the configuration");
        var reading = await BoundedAsync(stop => provider.ReadAsync(change.Zone, change.Zone, RecordType.Soa, stop), trouble => new RecordReading(null, trouble), cancellation);
        if (reading.Trouble is { } trouble)
            return PresentReading.Unreadable($"{provider.Traits.Name}: {trouble}");
        return new PresentReading(reading.Set is null == change.Removes ? Standing.New : Standing.Old, reading.Set, null, $"the zone {change.Zone} is {(reading.Set is null ? "not there" : "there")}");
    }

    private async Task<PresentReading> ReadAsync(TranslationChange change, CancellationToken cancellation)
    {
        if (ports.Firewall(change.By) is not { } firewall)
            return PresentReading.Unreadable($"there is no firewall {change.By} in the configuration");
        var reading = await BoundedAsync(firewall.ReadAsync, trouble => new FirewallReading(null, "", null, trouble), cancellation);
        if (reading.Trouble is { } trouble)
            return PresentReading.Unreadable($"{firewall.Name}: {trouble}");
        var standing = Equals(reading.Ours, change.New) ? Standing.New : Equals(reading.Ours, change.Old) ? Standing.Old : Standing.Other;
        return new PresentReading(standing, null, reading.Ours, $"our table on {firewall.Name} {(reading.Ours is { } table ? $"has {table.Mappings.Length} mappings" : "is not there")}", reading.Text);
    }

    private static string PlanTextOf(RecordChange change) => $"{change.Type.Word()} {change.Name}";

    private static Task<WriteResult> Gone(string by) => Task.FromResult<WriteResult>(new WriteResult.Unreachable($"there is no {by} in the configuration"));

    private async Task<T> BoundedAsync<T>(Func<CancellationToken, Task<T>> call, Func<string, T> broke, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(times.Call, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return broke($"no answer within {times.Call.TotalSeconds:0} seconds");
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            return broke($"{trouble.GetType().Name}: {trouble.Message}");
        }
    }
}
