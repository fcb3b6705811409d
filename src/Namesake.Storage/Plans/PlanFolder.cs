using System.Collections.Immutable;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Storage.Files;

namespace Namesake.Storage.Plans;

/// <summary>One plan's folder: the plan as it was made, and its journal, a line per event, that is only ever added to.</summary>
/// <remarks>Both are only ever added to, so what was read once isn't read again. A line counts when its line feed is there. What a crash left behind the last one is cut off before the next is written, or the two would be one.</remarks>
internal sealed class PlanFolder(string path, PlanId id, TimeProvider time)
{
    private const byte LineFeed = (byte)'\n';

    private readonly Lock _lock = new();
    private Plan? _plan;
    private ImmutableArray<PlanEntry> _entries = [];
    private int _damaged;
    private long _readTo;

    private string PlanFile => Path.Combine(path, "plan.json");

    private string JournalFile => Path.Combine(path, "journal.jsonl");

    public string AttendedFile => Path.Combine(path, "attended.lock");

    public bool Exists => File.Exists(PlanFile);

    /// <summary>It was made, and nothing more: no word about it is in a journal.</summary>
    public bool IsUnbegun => Exists && !File.Exists(JournalFile);

    public DateTime KeptAt => File.GetLastWriteTimeUtc(PlanFile);

    /// <exception cref="PlanStoreException">Another plan is there.</exception>
    public void Keep(byte[] document)
    {
        if (Exists)
        {
            if (!File.ReadAllBytes(PlanFile).AsSpan().SequenceEqual(document))
                throw new PlanStoreException($"There is another plan {id} in {path}: this one was changed after it was made. Plan anew.");
            File.SetLastWriteTimeUtc(PlanFile, time.GetUtcNow().UtcDateTime);
            return;
        }
        OwnedDirectory.Make(path);
        OwnedDirectory.Write(PlanFile, document);
        File.SetLastWriteTimeUtc(PlanFile, time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Deletes one that was never begun.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _plan = null;
            File.Delete(PlanFile);
            File.Delete(AttendedFile);
            try
            {
                Directory.Delete(path);
            }
            catch (IOException)
            {
                // Something of somebody else's is in it. Without the plan it is none.
            }
        }
    }

    /// <returns>Null: there is no such plan.</returns>
    public PlanHistory? Read()
    {
        lock (_lock)
        {
            if (!Exists)
                return null;
            try
            {
                _plan ??= ReadPlan_NeedsLock();
                ReadOn_NeedsLock();
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                return null; // another process has just forgotten it
            }
            return new PlanHistory(_plan, _entries, _damaged);
        }
    }

    public void Append(byte[] line)
    {
        var isNew = !File.Exists(JournalFile);
        using (var file = OwnedDirectory.Open(JournalFile, FileMode.OpenOrCreate, FileAccess.ReadWrite))
        {
            var end = EndOfLines(file);
            try
            {
                file.SetLength(end);
                file.Position = end;
                file.Write(line);
                file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                // Half a line must not be taken for a whole one by who adds the next. If even that fails, the next one cuts it off.
                CutOff(file, end);
                throw;
            }
        }
        if (isNew)
            DirectorySync.Flush(path);
    }

    private Plan ReadPlan_NeedsLock()
    {
        var reading = PlanJson.Read(File.ReadAllBytes(PlanFile));
        return reading.Plan is { } plan && plan.Id == id ? plan : throw new PlanStoreException(
            $"{PlanFile} is no plan {id}: {(reading.Faults.IsEmpty ? "it has another id" : reading.Faults[0].ToString())}. If it was applied, see {JournalFile} for what it changed; then move the folder away.");
    }

    private void ReadOn_NeedsLock()
    {
        if (!File.Exists(JournalFile))
        {
            (_entries, _damaged, _readTo) = ([], 0, 0);
            return;
        }
        using var file = OwnedDirectory.Open(JournalFile, FileMode.Open, FileAccess.Read);
        if (file.Length < _readTo)
            (_entries, _damaged, _readTo) = ([], 0, 0); // put back by hand
        file.Position = _readTo;
        var rest = new byte[file.Length - _readTo];
        rest = rest[..file.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false)];
        var entries = _entries.ToBuilder();
        foreach (var line in Lines(rest))
        {
            _readTo += line.Length + 1;
            if (PlanJournalJson.ReadEntry(line) is { } entry)
                entries.Add(entry);
            else
                _damaged++;
        }
        _entries = entries.ToImmutable();
    }

    private static void CutOff(FileStream file, long end)
    {
        try
        {
            file.SetLength(end);
        }
        catch (IOException)
        {
            // The trouble that brought us here is told.
        }
    }

    private static long EndOfLines(FileStream file)
    {
        var length = file.Length;
        Span<byte> block = stackalloc byte[4096];
        while (length > 0)
        {
            var size = (int)Math.Min(block.Length, length);
            file.Position = length - size;
            file.ReadExactly(block[..size]);
            if (block[..size].LastIndexOf(LineFeed) is >= 0 and var at)
                return length - size + at + 1;
            length -= size;
        }
        return 0;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(byte[] journal)
    {
        var rest = journal.AsMemory();
        while (rest.Span.IndexOf(LineFeed) is >= 0 and var end)
        {
            yield return rest[..end];
            rest = rest[(end + 1)..];
        }
    }
}
