using System.Collections.Immutable;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Storage.Files;

namespace Namesake.Storage.Plans;

/// <summary>One plan's folder: the plan as it was made, and its journal, a line per event, that is only ever added to.</summary>
/// <remarks>A line counts when its line feed is there. What a crash left behind the last one is cut off before the next is written, or the two would be one.</remarks>
internal sealed class PlanFolder(string path, PlanId id)
{
    private const byte LineFeed = (byte)'\n';

    private string PlanFile => Path.Combine(path, "plan.json");

    private string JournalFile => Path.Combine(path, "journal.jsonl");

    public string AttendedFile => Path.Combine(path, "attended.lock");

    public bool Exists => File.Exists(PlanFile);

    /// <exception cref="PlanStoreException">Another plan is there.</exception>
    public void Keep(byte[] document)
    {
        if (Exists)
        {
            if (!File.ReadAllBytes(PlanFile).AsSpan().SequenceEqual(document))
                throw new PlanStoreException($"There is another plan {id} in {path}: this one was changed after it was made. Plan anew.");
            return;
        }
        OwnedDirectory.Make(path);
        OwnedDirectory.Write(PlanFile, document);
    }

    /// <returns>Null: there is no such plan.</returns>
    public PlanHistory? Read()
    {
        if (!Exists)
            return null;
        var reading = PlanJson.Read(File.ReadAllBytes(PlanFile));
        if (reading.Plan is not { } plan || plan.Id != id)
            throw new PlanStoreException($"{PlanFile} is no plan {id}: {(reading.Faults.IsEmpty ? "it has another id" : reading.Faults[0].ToString())}. If it was applied, see {JournalFile} for what it changed; then move the folder away.");
        var entries = ImmutableArray.CreateBuilder<PlanEntry>();
        var damaged = 0;
        foreach (var line in Lines(File.Exists(JournalFile) ? File.ReadAllBytes(JournalFile) : []))
            if (PlanJournalJson.ReadEntry(line) is { } entry)
                entries.Add(entry);
            else
                damaged++;
        return new PlanHistory(plan, entries.ToImmutable(), damaged);
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
