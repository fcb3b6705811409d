using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text.Json;
using System.Xml;

namespace Namesake.Core.Identity.Authentication;

/// <summary>Reads a report as it comes by mail: XML or JSON, bare, in gzip or in a zip file. Anybody may send one, so nothing in it is trusted to be small.</summary>
public static class ReportFile
{
    /// <summary>Longest file that is looked at.</summary>
    public const int MostOctets = 10 * 1024 * 1024;

    /// <summary>The most it may become when unpacked; what is longer is refused, however small it was packed.</summary>
    public const int MostUnpacked = 32 * 1024 * 1024;

    /// <summary>JSON is held whole, and these reports are short.</summary>
    private const int MostJson = 1024 * 1024;

    public static bool TryRead(ReadOnlyMemory<byte> octets, [NotNullWhen(true)] out SenderReport? report, [NotNullWhen(false)] out string? error) =>
        TryRead(octets, MostUnpacked, out _, out report, out error);

    /// <param name="most">The most it may become when unpacked.</param>
    /// <param name="unpacked">What it became, as far as it was read.</param>
    internal static bool TryRead(ReadOnlyMemory<byte> octets, long most, out long unpacked, [NotNullWhen(true)] out SenderReport? report, [NotNullWhen(false)] out string? error)
    {
        (unpacked, report) = (0, null);
        if (octets.Length > MostOctets)
        {
            error = $"the file is longer than {MostOctets} octets";
            return false;
        }
        BoundedStream? content = null;
        try
        {
            content = Open(octets, most);
            if (content is null)
                return Refuse("the zip file is empty", out error);
            var first = FirstSign(content);
            return first == '<' ? DmarcReport.TryRead(content, out report, out error)
                : first == '{' ? TlsReport.TryRead(content.Limited(MostJson), out report, out error)
                : Refuse("it is neither XML nor JSON", out error);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or XmlException or JsonException or NotSupportedException)
        {
            report = null;
            return Refuse($"it can't be read: {OneLine(broken.Message)}", out error);
        }
        finally
        {
            unpacked = content?.Taken ?? 0;
            content?.Dispose();
        }
    }

    /// <returns>Null: there is nothing in it.</returns>
    private static BoundedStream? Open(ReadOnlyMemory<byte> octets, long most)
    {
        var packed = new MemoryStream(octets.ToArray(), writable: false);
        switch (octets.Span)
        {
            case [0x1F, 0x8B, ..]:
                return new BoundedStream(new GZipStream(packed, CompressionMode.Decompress), most);
            case [(byte)'P', (byte)'K', ..]:
                var archive = new ZipArchive(packed, ZipArchiveMode.Read);
                // One file is what RFC 7489 §7.2.1.1 has in it; what else is there is not our business.
                if (archive.Entries.FirstOrDefault(entry => entry.Length > 0) is { } entry)
                    return new BoundedStream(entry.Open(), most);
                archive.Dispose();
                return null;
            default:
                return new BoundedStream(packed, most);
        }
    }

    private static char FirstSign(BoundedStream content)
    {
        int next;
        do
            next = content.Peek();
        while (next is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF && content.ReadByte() >= 0);
        return next < 0 ? '\0' : (char)next;
    }

    internal static string OneLine(string text) => string.Concat(text.Take(200).Select(c => c is >= ' ' and <= '~' ? c : '?'));

    private static bool Refuse(string why, out string error)
    {
        error = why;
        return false;
    }
}
