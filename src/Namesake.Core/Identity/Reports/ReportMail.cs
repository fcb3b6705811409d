using MimeKit;
using Namesake.Core.Identity.Authentication;

namespace Namesake.Core.Identity.Reports;

/// <summary>Finds the reports in one message: attached files of reports, and feedback reports.</summary>
internal static class ReportMail
{
    private const int MostParts = 50;

    private static readonly string[] Ends = [".xml", ".json", ".gz", ".zip"];

    /// <param name="take">Reads one attached file; false: it is no report.</param>
    /// <returns>Whether there was any.</returns>
    public static bool Read(MimeMessage message, Func<byte[], bool> take, Action<SenderReport> found)
    {
        MessageFeedbackReport? feedback = null;
        MimeMessage? original = null;
        var (any, parts) = (false, 0);
        using var walk = new MimeIterator(message);
        while (walk.MoveNext() && parts < MostParts)
        {
            parts++;
            if (walk.Current is MessageFeedbackReport report)
                feedback ??= report;
            else if (walk.Current is MessagePart { Message: { } enclosed } && feedback is not null)
                original ??= enclosed;
            else if (feedback is null && walk.Current is MimePart part && MayBeReport(part) && Decode(part) is { } octets)
                any |= take(octets);
        }
        if (feedback is null || FeedbackReport.Of(message, feedback, original) is not { } told)
            return any;
        found(told);
        return true;
    }

    /// <summary>Text for people is none, unless its name says otherwise.</summary>
    private static bool MayBeReport(MimePart part) =>
        part is not TextPart { IsPlain: true } and not TextPart { IsHtml: true }
        || (part.FileName is { } name && Ends.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)));

    private static byte[]? Decode(MimePart part)
    {
        if (part.Content is not { } content || content.Stream?.Length is null or > 2L * ReportFile.MostOctets)
            return null;
        using var decoded = new MemoryStream();
        content.DecodeTo(decoded);
        return decoded.Length is > 0 and <= ReportFile.MostOctets ? decoded.ToArray() : null;
    }
}
