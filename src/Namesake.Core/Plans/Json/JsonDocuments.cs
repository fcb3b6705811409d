using System.Globalization;
using System.Text.Json;

namespace Namesake.Core.Plans.Json;

/// <summary>Documents from outside: bounded in size and depth before anything is made of them.</summary>
internal static class JsonDocuments
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    /// <returns>Null when it is no JSON: the fault says at which line and column.</returns>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> text, int mostBytes, JsonFaults faults)
    {
        if (text.Length > mostBytes)
        {
            faults.Add("", string.Create(CultureInfo.InvariantCulture, $"is longer than {mostBytes} octets"));
            return null;
        }
        if (text.Span.StartsWith("\uFEFF"u8)) // as some editors leave it
            text = text[3..];
        try
        {
            return JsonDocument.Parse(text, Strict);
        }
        catch (JsonException wrong)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"line {wrong.LineNumber + 1}, column {wrong.BytePositionInLine + 1}"), "is no JSON");
            return null;
        }
    }
}
