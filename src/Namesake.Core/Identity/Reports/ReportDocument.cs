using MimeKit;
using Namesake.Core.Identity.Authentication;

namespace Namesake.Core.Identity.Reports;

/// <summary>The reports of one file, whatever kind of file it is: a report as it is, packed or not, a message with reports, or a mailbox of such messages. Hostile input: bounded, never throws.</summary>
public static class ReportDocument
{
    /// <summary>Longest file that is read, in octets.</summary>
    public const int MostOctets = 64 * 1024 * 1024;

    /// <summary>What all reports of one file may become together when unpacked: a mailbox may hold a thousand small bombs.</summary>
    public const long MostUnpacked = 512L * 1024 * 1024;

    private const int MostMessages = 100_000;

    private static readonly ParserOptions Bounded = new() { MaxMimeDepth = 24 };

    /// <summary>Adds what is found to a summary.</summary>
    /// <returns>Why there was none, for the person who gave it; null: there was.</returns>
    public static string? Read(byte[] content, ReportSummary into) => Read(content, into, MostUnpacked);

    internal static string? Read(byte[] content, ReportSummary into, long mostUnpacked)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(into);
        if (content.Length > MostOctets)
            return $"it is longer than {MostOctets >> 20} MiB: give it in parts";
        if (content.Length == 0)
            return "it is empty";
        var budget = mostUnpacked;
        string? error = null;
        if (IsMail(content))
            return ReadMail(content, octets => Take(octets)) ? null : error ?? "no message in it has a report";
        return Take(content) ? null : error;

        bool Take(byte[] octets)
        {
            if (!ReportFile.TryRead(octets, Math.Min(budget, ReportFile.MostUnpacked), out var unpacked, out var report, out error))
            {
                budget -= unpacked;
                return false;
            }
            budget -= unpacked;
            into.Add(report);
            return true;
        }

        bool ReadMail(byte[] mail, Func<byte[], bool> take)
        {
            var any = false;
            using var stream = new MemoryStream(mail, writable: false);
            var parser = new MimeParser(Bounded, stream, mail.AsSpan().StartsWith("From "u8) ? MimeFormat.Mbox : MimeFormat.Entity);
            try
            {
                for (var number = 0; !parser.IsEndOfStream && number < MostMessages && budget > 0; number++)
                {
                    using var message = parser.ParseMessage();
                    any |= ReportMail.Read(message, take, into.Add);
                }
            }
            catch (FormatException)
            {
                // What could be read was; the rest is no message.
            }
            return any;
        }
    }

    /// <summary>It begins with "From " or with a header field; a report begins with an element, an object or the sign of a packer.</summary>
    private static bool IsMail(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("From "u8))
            return true;
        var line = content[..Math.Min(content.Length, 80)];
        var colon = line.IndexOf((byte)':');
        return colon > 0 && line[..colon].IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 && line[0] is not ((byte)'<' or (byte)'{');
    }
}
