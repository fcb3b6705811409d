using System.Collections.Immutable;
using System.Text.Json;
using Namesake.Web;
using Namesake.Web.Suppressions;

namespace Namesake.Cli;

/// <summary>Entries that go to the relay in one request: as many as it takes, and no more octets, however long their reasons are and however much of them JSON escapes.</summary>
internal sealed class ImportBatch
{
    /// <summary>What stands around the entries: a brand's id, and who does it.</summary>
    private const int Around = 4_096;

    private readonly List<(int Line, ImportedSuppression Entry)> _entries = [];
    private int _octets = Around;

    public bool IsEmpty => _entries.Count == 0;

    public ImmutableArray<ImportedSuppression> Entries => [.. _entries.Select(one => one.Entry)];

    /// <summary>The line of the entry at a place, which counts from 1.</summary>
    public int LineAt(int place) => _entries[place - 1].Line;

    /// <returns>False: it is full, and goes first. An empty one takes any line.</returns>
    public bool TryAdd(int line, ImportedSuppression entry)
    {
        var octets = JsonSerializer.SerializeToUtf8Bytes(entry, RequestJson.Default.ImportedSuppression).Length + 1;
        if (!IsEmpty && (_entries.Count == ImportRequest.MostEntries || _octets + octets > ImportRequest.MostOctets))
            return false;
        _entries.Add((line, entry));
        _octets += octets;
        return true;
    }

    public void Clear()
    {
        _entries.Clear();
        _octets = Around;
    }
}
