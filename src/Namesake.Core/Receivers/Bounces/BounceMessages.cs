using System.Collections.Immutable;
using System.Text;
using MimeKit;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Bounces;

/// <summary>Refusals in bounces: the delivery status (RFC 3464) where there is one, else replies quoted in the text.</summary>
internal static class BounceMessages
{
    private const int MostMessages = 100_000;

    private const int MostOfOneMessage = 1_000;

    /// <summary>Text of a message without a delivery status that is looked at: bounces tell their reason on the first pages.</summary>
    private const int MostText = 64 * 1024;

    private static readonly ParserOptions Bounded = new() { MaxMimeDepth = 24 };

    public static ReplyDocument Read(byte[] content, bool mailbox)
    {
        var found = ImmutableArray.CreateBuilder<HeardReply>();
        var (unread, number) = (0, 0);
        using var stream = new MemoryStream(content, writable: false);
        var parser = new MimeParser(Bounded, stream, mailbox ? MimeFormat.Mbox : MimeFormat.Entity);
        try
        {
            while (!parser.IsEndOfStream && number < MostMessages && found.Count < ReplyDocument.MostReplies)
            {
                using var message = parser.ParseMessage();
                number++;
                var before = found.Count;
                found.AddRange(Of(message, number));
                unread += found.Count == before ? 1 : 0;
            }
        }
        catch (FormatException)
        {
            unread++; // What could be read was; the rest is no message.
        }

        return new ReplyDocument(mailbox ? "mailbox" : "message", found.ToImmutable(), unread);
    }

    private static IEnumerable<HeardReply> Of(MimeMessage message, int number)
    {
        var reports = message.BodyParts.OfType<MessageDeliveryStatus>().SelectMany(part => Reported(part, number)).Take(MostOfOneMessage).ToList();
        return reports.Count > 0 ? reports : Quoted(message, number);
    }

    private static IEnumerable<HeardReply> Reported(MessageDeliveryStatus report, int number)
    {
        HeaderListCollection groups;
        try
        {
            groups = report.StatusGroups;
        }
        catch (FormatException)
        {
            yield break;
        }

        foreach (var group in groups)
        {
            if (group["Action"] is { } action && action.Trim() is { } what && !what.StartsWith("failed", StringComparison.OrdinalIgnoreCase) && !what.StartsWith("delayed", StringComparison.OrdinalIgnoreCase))
                continue;
            var status = group["Status"]?.Split(' ', '(')[0].Trim() is { } text && EnhancedStatusCode.TryParse(text, out var parsed) ? parsed : (EnhancedStatusCode?)null;
            var diagnostic = AfterType(group["Diagnostic-Code"]) ?? "";
            if (diagnostic.Length == 0 && status is null)
                continue;
            var remote = AfterType(group["Remote-MTA"])?.Split(' ', '(', '[')[0].TrimEnd('.');
            if (DiagnosticText.Find(diagnostic, number, remote is { Length: > 0 and < 254 } ? remote : null, status) is { } reply)
                yield return reply with { Recipient = AfterType(group["Final-Recipient"]) ?? AfterType(group["Original-Recipient"]) };
        }
    }

    private static IEnumerable<HeardReply> Quoted(MimeMessage message, int number)
    {
        var text = message.TextBody ?? "";
        text = text[..Math.Min(text.Length, MostText)];
        return ReplyLines.Read(Unwrapped(text)).Replies.Take(MostOfOneMessage).Select(reply => reply with { Place = number });
    }

    // Bounces are wrapped for people: what is indented or goes on belongs to the line before.
    private static string Unwrapped(string text)
    {
        var whole = new StringBuilder(text.Length);
        var before = "";
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].TrimEnd();
            var code = ReplyText.CodeOf(line.TrimStart());
            var goesOn = line.Length > 0 && line[0] is ' ' or '\t' && code is null;
            // "host mx.test [192.0.2.1]: 550-first" and the reply's other lines below it.
            goesOn |= code is { } same && before.Contains($"{same}-", StringComparison.Ordinal);
            whole.Append(goesOn ? ' ' : '\n').Append(line.TrimStart());
            before = goesOn && !line.Contains('-') ? before : line.ToString();
        }

        return whole.ToString();
    }

    /// <summary>"smtp; 550 …" and "dns; mx.test" without their type.</summary>
    private static string? AfterType(string? field)
    {
        if (field is null)
            return null;
        var semicolon = field.IndexOf(';', StringComparison.Ordinal);
        // A folded field keeps the blanks its lines began with.
        return string.Join(' ', (semicolon is > 0 and < 20 ? field[(semicolon + 1)..] : field).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
