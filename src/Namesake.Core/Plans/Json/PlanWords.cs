using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Namesake.Core.Dns;

namespace Namesake.Core.Plans.Json;

/// <summary>The words of enumerations in JSON, in the order of the enumeration.</summary>
internal static class PlanWords
{
    public static readonly FrozenDictionary<string, PlanKind> Kinds = Enum.GetValues<PlanKind>().ToFrozenDictionary(kind => kind.Word(), StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, RecordType> Types = Enum.GetValues<RecordType>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, PlanNoteKind> NoteKinds = Words<PlanNoteKind>();

    public static FrozenDictionary<string, T> Words<T>() where T : struct, Enum => Enum.GetValues<T>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static string Of(RecordType type) => type.ToString().ToUpperInvariant();

    public static string Of<T>(T word) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>For people, with what servers said in it: without control characters and not longer than it may be read.</summary>
    public static string Clean(string text, int most = PlanJson.LongestText)
    {
        if (text.Length > most)
            text = text[..(most - 1)] + "…";
        return text.Any(c => char.IsControl(c) && c != '\n') ? new string([.. text.Select(c => char.IsControl(c) && c != '\n' ? ' ' : c)]) : text;
    }
}
