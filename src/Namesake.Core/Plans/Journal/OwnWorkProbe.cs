using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans.Applying;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Journal;

/// <summary>Lays what plans have made beside what is there, and finds out whether we may write what an identity stands on: for ZN-10, ZN-11 and FB-06.</summary>
public sealed class OwnWorkProbe(IPlanStore store, ImmutableArray<IDnsProvider> providers, ImmutableArray<IFirewall> firewalls, TimeProvider time) : IFactProbe, IDisposable
{
    /// <summary>An audit of all sources reads the registry and the firewalls a few times and not once for each; and who has just applied or adopted something sees that in his next audit.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(2);

    /// <summary>A key that may write a zone may do so for a while; ten thousand sources of a zone are one question.</summary>
    private static readonly TimeSpan Proven = TimeSpan.FromHours(1);

    /// <summary>A key that may not is asked again soon: somebody is putting it right.</summary>
    private static readonly TimeSpan Denied = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Provider, DomainName Zone), (WriteAuthority Authority, long At)> _authorities = new();
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Reading? _read;

    public string Name => "what plans have made";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var authority = await AuthorityAsync(basis, cancellation);
        return facts => facts.Zone is { } zone ? facts with { Zone = zone with { Authority = authority } } : facts;
    }

    /// <remarks>What name servers and registry say must be of one time: a plan that was confirmed between the two would else be told as somebody's change.</remarks>
    public async Task<IdentityFacts> SettleAsync(IdentityFacts seen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var read = await ReadAsync(DateTimeOffset.MinValue, cancellation);
        if (read is not null && Drifts(read, seen) is { IsEmpty: false } && LookedAt(seen) is { } looked)
            read = await ReadAsync(looked, cancellation);
        if (read is null)
            return seen;
        if (seen.Zone is { } zone)
            seen = seen with { Zone = zone with { Written = [.. Still(read, zone).Select(Written)] } };
        return seen.Consistency is { } known && Drifts(read, seen) is { } drifts ? seen with { Consistency = known with { Drifts = drifts } } : seen;
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>Records of ours that no plan has touched since the name servers were asked.</summary>
    private static IEnumerable<OwnedRecords> Still(Reading read, ZoneFacts zone) => read.Registry.Records.Where(record =>
        zone.Surveys.Any(survey => survey.Steps.Any(step => step.At == record.Name))
        && !IsMoving(read, record.Key, StepOf(zone, record.Name, record.Type)?.Definite.Select(word => (DateTimeOffset?)word.Answer.At).Min() ?? read.Began, record.At));

    private static SurveyStep? StepOf(ZoneFacts zone, DomainName name, RecordType type) => zone.Surveys.Where(survey => survey.Type == type).SelectMany(survey => survey.Steps).FirstOrDefault(step => step.At == name);

    private static bool IsMoving(Reading read, string key, DateTimeOffset seen, DateTimeOffset made) => made > seen || (read.Moved.TryGetValue(key, out var moved) && moved >= seen);

    /// <summary>When the last of what was asked was answered.</summary>
    private static DateTimeOffset? LookedAt(IdentityFacts facts) =>
        facts.Zone?.Surveys.SelectMany(survey => survey.Steps).SelectMany(step => step.Definite).Select(word => (DateTimeOffset?)word.Answer.At).Max();

    private static WrittenRecord Written(OwnedRecords record) =>
        new(record.Name, record.Type, [.. record.Set.Values.Select(value => RecordWords.Plain(record.Type, value))], record.At, record.Plan.Value);

    /// <returns>Null: no plan has made anything of this source.</returns>
    private static ImmutableArray<Drift>? Drifts(Reading read, IdentityFacts facts)
    {
        var drifts = ImmutableArray.CreateBuilder<Drift>();
        var isOurs = false;
        if (facts.Zone is { } zone)
            foreach (var record in Still(read, zone).Select(Written))
            {
                isOurs = true;
                // Servers that disagree are on their way from one to the other (ZN-01): nobody has changed anything for certain.
                if (StepOf(zone, record.Name, record.Type)?.Contents is [var only] && only != record.Content)
                    drifts.Add(new Drift($"{record.Type.Word()} of {record.Name} ({record.Plan})", record.Content, only.Length == 0 ? "nothing" : only));
            }

        foreach (var (table, reading) in read.Tables)
        {
            var wanted = table.Table.Mappings.FirstOrDefault(mapping => mapping.Local.Equals(facts.Source.LocalAddress));
            if (wanted is null || reading.Trouble is not null || IsMoving(read, table.Key, read.Began, table.At))
                continue;
            isOurs = true;
            var seen = reading.Ours?.Mappings.FirstOrDefault(mapping => mapping.Local.Equals(facts.Source.LocalAddress));
            if (seen != wanted)
                drifts.Add(new Drift($"translation on {table.By} ({table.Plan})", wanted.ToString(), seen?.ToString() ?? "nothing"));
        }

        return isOurs ? drifts.ToImmutable() : null;
    }

    /// <returns>Null: nothing that could write is configured, or the zone isn't known.</returns>
    private async Task<WriteAuthority?> AuthorityAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        if (providers.IsEmpty || basis.Dns?.Pointer is not { Zone: { } text } pointer || !DomainName.TryParse(text, out var zone, out _))
            return null;
        if (providers.FirstOrDefault(provider => provider.Traits.Zones.Contains(zone)) is not { } provider)
            return new WriteAuthority(zone, WriteAccess.None, "", "no DNS provider of the configuration has this zone", time.GetUtcNow());
        if (_authorities.TryGetValue((provider.Traits.Id, zone), out var known) && time.GetElapsedTime(known.At) < (known.Authority.Access == WriteAccess.Proven ? Proven : Denied))
            return known.Authority;
        var authority = await provider.ProveAsync(zone, pointer.Owner, RecordType.Ptr, cancellation);
        if (authority.Access is WriteAccess.Proven or WriteAccess.None)
            _authorities[(provider.Traits.Id, zone)] = (authority, time.GetTimestamp());
        return authority;
    }

    /// <param name="notBefore">A reading that began before this is too old.</param>
    private async Task<Reading?> ReadAsync(DateTimeOffset notBefore, CancellationToken cancellation)
    {
        if (_read is { } read && IsFresh(read))
            return read;
        await _reading.WaitAsync(cancellation);
        try
        {
            if (_read is { } meanwhile && IsFresh(meanwhile))
                return meanwhile;
            var (at, began) = (time.GetTimestamp(), time.GetUtcNow());
            var registry = await store.RegistryAsync(cancellation);
            var tables = ImmutableArray.CreateBuilder<(OwnedTable, FirewallReading)>();
            foreach (var table in registry.Tables)
                if (firewalls.FirstOrDefault(firewall => firewall.Id == table.By) is { } firewall)
                    tables.Add((table, await firewall.ReadAsync(cancellation)));
            // Last: a plan that begins or ends while we read is found here.
            return _read = new Reading(registry, tables.ToImmutable(), MovedBy(await store.ListAsync(cancellation)), began, at);
        }
        catch (PlanStoreException)
        {
            return null; // not observable, and the checks say so
        }
        finally
        {
            _reading.Release();
        }

        bool IsFresh(Reading one) => time.GetElapsedTime(one.At) < Remembered && one.Began >= notBefore;
    }

    private static FrozenDictionary<string, DateTimeOffset> MovedBy(ImmutableArray<PlanHistory> histories) => histories
        // Who is refused was at nothing.
        .Select(history => (history.Plan, At: history.IsInHand || history.IsUnrecorded ? DateTimeOffset.MaxValue : history.Entries.LastOrDefault(entry => entry.Event != PlanEvent.Refused)?.At))
        .SelectMany(history => history.At is { } at ? history.Plan.Changes.Select(change => (Key: PlanRegistry.KeyOf(change), At: at)) : [])
        .GroupBy(touched => touched.Key, StringComparer.Ordinal)
        .ToFrozenDictionary(touched => touched.Key, touched => touched.Max(one => one.At), StringComparer.Ordinal);

    /// <param name="Moved">When a plan was last at it, by the registry's key; the end of time for what one is at now.</param>
    private sealed record Reading(PlanRegistry Registry, ImmutableArray<(OwnedTable Table, FirewallReading Seen)> Tables, FrozenDictionary<string, DateTimeOffset> Moved, DateTimeOffset Began, long At);
}
