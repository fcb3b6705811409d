using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Texts;

/// <summary>The changes of one zone as a unified diff of its file, the serial raised. Pure.</summary>
/// <remarks>Records are found wherever the file has them: by relative or absolute names, with the owner of the line before, under another $ORIGIN. Lines that aren't changed are kept as they are. A file that says less than
/// its zone holds ($INCLUDE, $GENERATE) is refused: what isn't seen is not "missing".</remarks>
public sealed class ZoneFilePatch
{
    private const int MostLines = 1_000_000;

    private readonly string[] _lines;
    private readonly DomainName _zone;

    /// <summary>What stands in place of a line; null: as it is.</summary>
    private readonly List<string>?[] _edits;

    private ZoneFilePatch(string[] lines, DomainName zone) => (_lines, _zone, _edits) = (lines, zone, new List<string>?[lines.Length + 1]);

    /// <param name="fileName">As it is named in the patch.</param>
    /// <param name="file">What the file holds now.</param>
    /// <param name="changes">Of this zone.</param>
    /// <returns>The patch, empty when all is so already; or why there is none.</returns>
    public static (string? Patch, string? Fault) Make(string fileName, string file, DomainName zone, IEnumerable<RecordChange> changes)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(changes);
        if (file.Contains('\r', StringComparison.Ordinal) || !file.EndsWith('\n'))
            return (null, "its lines must end with a line feed, the last too");
        var lines = file.Split('\n')[..^1];
        if (lines.Length > MostLines)
            return (null, $"it has more than {MostLines} lines");
        var patch = new ZoneFilePatch(lines, zone);
        return patch.Edit([.. changes]) is { } fault ? (null, fault) : (UnifiedDiff.Of(fileName, lines, patch._edits), null);
    }

    private string? Edit(ImmutableArray<RecordChange> changes)
    {
        if (ZoneFileEntries.Of(_lines, out var broken) is not { } entries)
            return broken;
        if (ZoneFileRecords.Of(entries, _zone, out var fault) is not { } file)
            return fault;
        var written = false;
        foreach (var change in changes)
        {
            var own = file.Records.Where(record => record.Owner == change.Name).ToList();
            if (own.Exists(record => record.Type == "CNAME"))
                return $"{change.Name} is an alias";
            var held = own.FindAll(record => record.Type == Word(change.Type));
            var set = held.Count == 0 ? null : RecordSet.Of(0, [.. held.Select(record => Value(record, change.Type))]);
            if (change.New is null ? set is null : change.New.Says(set) && held.TrueForAll(record => record.Ttl is null || record.Ttl == change.New.Ttl))
                continue;
            if (change.Old is null ? set is not null : !change.Old.Says(set))
                return $"{change.Name} {Word(change.Type)} is {(set is null ? "not there" : string.Join(", ", set.Values))}, and was to be {change.Old?.ToString() ?? "not there"}";
            Replace(file, held, change);
            written = true;
        }

        return !written ? null : RaiseSerial(file) ? null : "it has no SOA record whose serial could be raised";
    }

    /// <summary>In the place of the first that goes; what is new stands at the end.</summary>
    private void Replace(ZoneFileRecords file, List<ZoneFileRecord> held, RecordChange change)
    {
        if (held.Count == 0)
        {
            (_edits[^1] ??= []).AddRange(ZoneFileText.Lines(change, change.New, change.Name.IsEqualOrUnder(file.LastOrigin) ? file.LastOrigin : null));
            return;
        }

        foreach (var (index, record) in held.Index())
        {
            for (var line = record.Entry.First; line <= record.Entry.Last; line++)
                _edits[line] = [];
            if (index == 0)
                _edits[record.Entry.First]!.AddRange(ZoneFileText.Lines(change, change.New, change.Name.IsEqualOrUnder(record.Origin) ? record.Origin : null));
        }

        // Lines without an owner take the one before, and that one has gone.
        if (change.New is not null)
            return;
        foreach (var record in held)
            if (record.Entry.HasOwner && file.After(record) is { Entry.HasOwner: false } next && next.Owner == record.Owner && _edits[next.Entry.First] is null)
                _edits[next.Entry.First] = [$"{next.Owner}.{_lines[next.Entry.First]}"];
    }

    private bool RaiseSerial(ZoneFileRecords file)
    {
        if (file.Records.FirstOrDefault(record => record.Type == "SOA" && record.Owner == _zone) is not { Data: [_, _, var serial, ..] }
            || !uint.TryParse(serial.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || _edits[serial.Line] is not null)
            return false;
        // 0 is skipped: some servers take it for no serial at all (RFC 1912 §2.2).
        var raised = number == uint.MaxValue ? 1 : number + 1;
        _edits[serial.Line] = [string.Create(CultureInfo.InvariantCulture, $"{_lines[serial.Line][..serial.Column]}{raised}{_lines[serial.Line][(serial.Column + serial.Text.Length)..]}")];
        return true;
    }

    private static string Value(ZoneFileRecord record, RecordType type)
    {
        var text = record.Data.Length == 1 ? record.Data[0].Text : string.Join(' ', record.Data.Select(token => token.Text));
        if (type is RecordType.A or RecordType.Aaaa)
            return IPAddress.TryParse(text, out var address) ? address.ToString() : text;
        return text == "@" ? $"{record.Origin}." : text.EndsWith('.') ? text : $"{text}.{record.Origin}.";
    }

    private static string Word(RecordType type) => type.ToString().ToUpperInvariant();
}
