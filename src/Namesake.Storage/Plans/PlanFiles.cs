using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;

namespace Namesake.Storage.Plans;

/// <summary>Plans as files below the data directory: <c>plans/ID/plan.json</c> and <c>journal.jsonl</c>, <c>plans/registry.json</c> and the lock. No database, and no relay.</summary>
public sealed class PlanFiles(string dataDirectory, TimeProvider time) : IPlanStore
{
    private const int MostOfHolder = 400;

    private const int MostRegistryBytes = 64 << 20;

    /// <summary>Plans that were made and never begun, at most; the oldest go.</summary>
    private const int MostUnbegun = 100;

    /// <summary>As long as that an unbegun plan may still be wanted: what it expects to find is hardly there any more.</summary>
    private static readonly TimeSpan UnbegunFor = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<PlanId, PlanFolder> _folders = new();
    private readonly string _root = Path.Combine(dataDirectory, "plans");

    // The lock itself can't be read by others while it is held.
    private string Holder => Path.Combine(_root, "lock.holder");

    private string Registry => Path.Combine(_root, "registry.json");

    public Task KeepAsync(Plan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Doing($"the plan {plan.Id} can't be kept", () =>
        {
            OwnedDirectory.Make(_root);
            FolderOf(plan.Id).Keep(PlanJson.Write(plan));
            ForgetUnbegun();
            return true;
        });
    }

    public Task<PlanHistory?> FindAsync(PlanId id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Doing($"the plan {id} can't be read", FolderOf(id).Read);
    }

    public Task<ImmutableArray<PlanHistory>> ListAsync(CancellationToken cancellation) => Doing($"the plans in {_root} can't be read", () =>
    {
        if (!Directory.Exists(_root))
            return [];
        return NewestFirst(Ids().Select(id => FolderOf(id).Read()).OfType<PlanHistory>());
    });

    public Task<PlanShelf> ReadAllAsync(CancellationToken cancellation) => Doing($"the plans in {_root} can't be read", () =>
    {
        var (plans, damaged) = (new List<PlanHistory>(), ImmutableArray.CreateBuilder<(PlanId, string)>());
        foreach (var id in Directory.Exists(_root) ? Ids() : [])
            try
            {
                if (FolderOf(id).Read() is { } history)
                    plans.Add(history);
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
            {
                damaged.Add((id, trouble.Message));
            }
        return new PlanShelf(NewestFirst(plans), damaged.ToImmutable());
    });

    public Task<PlanRegistry> RegistryAsync(CancellationToken cancellation) => Doing("the registry of what is ours can't be read", () =>
    {
        if (!File.Exists(Registry))
            return PlanRegistry.Empty;
        if (new FileInfo(Registry).Length > MostRegistryBytes)
            throw new PlanStoreException($"{Registry} is larger than {MostRegistryBytes >> 20} MiB: it isn't one of ours.");
        var (registry, faults) = PlanJournalJson.ReadRegistry(File.ReadAllBytes(Registry));
        return registry ?? throw new PlanStoreException($"{Registry} is damaged: {faults[0]}. Put it right, or move it away: then all records count as somebody else's.");
    });

    public async Task<IPlanHold?> TakeAsync(string who, TimeSpan patience, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        await Doing("the plans' directory can't be made", () =>
        {
            OwnedDirectory.Make(_root);
            return true;
        });
        while (true)
        {
            if (TryLock(Path.Combine(_root, "lock")) is { } held)
            {
                NoteHolder(who);
                return new Hold(this, held);
            }
            if (time.GetElapsedTime(since) >= patience)
                return null;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
        }
    }

    public Task<string?> HolderAsync(CancellationToken cancellation) => Task.Run(() =>
    {
        try
        {
            using var file = OwnedDirectory.Open(Holder, FileMode.Open, FileAccess.Read);
            var words = new byte[MostOfHolder];
            return Encoding.UTF8.GetString(words.AsSpan(0, file.ReadAtLeast(words, words.Length, throwOnEndOfStream: false))) is { Length: > 0 } holder ? holder : null;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return null; // it is a help, and nothing depends on it
        }
    }, cancellation);

    public IDisposable? TryAttend(PlanId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return TryLock(FolderOf(id).AttendedFile);
    }

    private void NoteHolder(string who)
    {
        try
        {
            using var file = OwnedDirectory.Open(Holder, FileMode.OpenOrCreate, FileAccess.Write);
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{who}, since {time.GetUtcNow():HH:mm:ss} UTC (process {Environment.ProcessId})")));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            // A full disk must not keep anybody from the lock.
        }
    }

    /// <summary>Whoever looks again and again what a plan would be leaves plans behind that nobody begins. Those that were begun are the audit's, and stay.</summary>
    private void ForgetUnbegun()
    {
        var unbegun = Ids().Select(FolderOf).Where(folder => folder.IsUnbegun).OrderByDescending(folder => folder.KeptAt).ToList();
        var oldest = (time.GetUtcNow() - UnbegunFor).UtcDateTime;
        var old = unbegun.Index().Where(folder => folder.Index >= MostUnbegun || folder.Item.KeptAt < oldest).Select(folder => folder.Item).ToList();
        // Under the lock nobody begins one. Who has it is at work: the next plan that is kept finds them again.
        if (old.Count == 0 || TryLock(Path.Combine(_root, "lock")) is not { } held)
            return;
        using (held)
            foreach (var folder in old.Where(folder => folder.IsUnbegun))
                if (TryLock(folder.AttendedFile) is { } unattended)
                    using (unattended)
                        folder.Forget();
    }

    private static ImmutableArray<PlanHistory> NewestFirst(IEnumerable<PlanHistory> plans) =>
        [.. plans.OrderByDescending(history => history.Plan.MadeAt).ThenByDescending(history => history.Plan.Id.Value, StringComparer.Ordinal)];

    // What isn't named as a plan is somebody else's, and none of our business.
    private IEnumerable<PlanId> Ids() => Directory.EnumerateDirectories(_root).Select(path => PlanId.TryParse(Path.GetFileName(path), out var id) ? id : null).OfType<PlanId>();

    private PlanFolder FolderOf(PlanId id) => _folders.GetOrAdd(id, id => new PlanFolder(Path.Combine(_root, id.Value), id, time));

    private static FileStream? TryLock(string path)
    {
        try
        {
            return OwnedDirectory.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException forbidden)
        {
            throw new PlanStoreException($"The lock {path} can't be taken: {forbidden.Message} Run this as the user the data directory belongs to.", forbidden);
        }
        catch (DirectoryNotFoundException gone)
        {
            throw new PlanStoreException($"The lock {path} can't be taken: {gone.Message}", gone);
        }
        catch (IOException trouble) when (!IsLocked(trouble))
        {
            throw new PlanStoreException($"The lock {path} can't be taken: {trouble.Message}", trouble);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // .NET tells a lock of another (EWOULDBLOCK of flock) by this number on Unix, and by ERROR_SHARING_VIOLATION on Windows.
    private static bool IsLocked(IOException trouble) => trouble.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>File systems block for milliseconds, and tell trouble by exceptions of many kinds.</summary>
    private static Task<T> Doing<T>(string what, Func<T> work) => Task.Run(() =>
    {
        try
        {
            return work();
        }
        catch (Exception trouble) when (trouble is (IOException or UnauthorizedAccessException) and not PlanStoreException)
        {
            throw new PlanStoreException(string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(what[0])}{what[1..]}: {trouble.Message}"), trouble);
        }
    });

    private sealed class Hold(PlanFiles files, FileStream held) : IPlanHold
    {
        public Task AppendAsync(PlanId id, PlanEntry entry) => Doing($"the journal of {id} can't be written", () =>
        {
            files.FolderOf(id).Append(PlanJournalJson.Write(entry));
            return true;
        });

        public Task RegisterAsync(PlanRegistry registry) => Doing("the registry of what is ours can't be written", () =>
        {
            OwnedDirectory.Write(files.Registry, PlanJournalJson.Write(registry));
            return true;
        });

        public void Dispose() => held.Dispose();
    }
}
