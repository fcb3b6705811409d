using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Headers;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>Writes a delivery status notification (RFC 3464, in the multipart/report of RFC 6522), under the brand's own names and no other.</summary>
internal static class DsnContent
{
    /// <summary>Most of an original that goes back: a bounce must not be larger than what receivers take.</summary>
    private const int MostReturned = 262_144;

    /// <summary>The part of the original that goes back: its headers, or all of it when the sender asked and it isn't large.</summary>
    public static async Task<ReadOnlyMemory<byte>> OriginalAsync(StoredContent content, DsnReturn? part, CancellationToken stop)
    {
        var length = (int)Math.Min(content.Length, MostReturned);
        var bytes = new byte[length];
        if (content.Bytes is { } whole)
            whole[..length].CopyTo(bytes);
        else
            await content.OpenStream().ReadExactlyAsync(bytes, stop);
        return part == DsnReturn.Full && content.Length <= MostReturned ? bytes : bytes.AsMemory(0, HeaderScan.Read(bytes).HeaderLength);
    }

    public static byte[] Write(
        MessageId id, Brand brand, HostName reporter, Consignment about, DsnAction action, IReadOnlyList<DsnRecipient> recipients, ReadOnlyMemory<byte> original, DateTimeOffset now)
    {
        var message = new MimeMessage { Date = now, MessageId = $"{id}.dsn@{brand.BounceDomain.Value}", Subject = Subject(action) };
        message.From.Add(new MailboxAddress("Mail Delivery System", $"postmaster@{brand.BounceDomain.Value}"));
        message.To.Add(new MailboxAddress(null, about.Sender!.ToString()));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");

        var status = new MessageDeliveryStatus();
        status.StatusGroups.Add(MessageGroup(reporter, about));
        foreach (var recipient in recipients)
            status.StatusGroups.Add(RecipientGroup(recipient, about, now));

        var report = new MultipartReport("delivery-status") { new TextPart("plain") { Text = Text(about, action, recipients) }, status, Returned(original, about) };
        message.Body = report;
        using var output = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = about.Sender.NeedsSmtpUtf8;
        message.WriteTo(format, output);
        return output.ToArray();
    }

    private static HeaderList MessageGroup(HostName reporter, Consignment about)
    {
        var group = new HeaderList { { "Reporting-MTA", $"dns; {reporter.Value}" } };
        if (about.EnvelopeId is { } id)
            group.Add("Original-Envelope-Id", id);
        group.Add("Arrival-Date", DateUtils.FormatDate(about.AcceptedAt));
        return group;
    }

    private static HeaderList RecipientGroup(DsnRecipient told, Consignment about, DateTimeOffset now)
    {
        var address = told.Recipient.Address;
        var group = new HeaderList();
        if (told.Recipient.OriginalRecipient is { } original)
            group.Add("Original-Recipient", original.Encode());
        group.Add("Final-Recipient", $"{(address.NeedsSmtpUtf8 ? "utf-8" : "rfc822")}; {address}");
        group.Add("Action", told.Action switch { DsnAction.Failed => "failed", DsnAction.Delayed => "delayed", _ => "relayed" });
        group.Add("Status", told.Status);
        if (told.Reply is { } reply)
            group.Add("Diagnostic-Code", $"smtp; {OneLine(reply.ToString())}");
        if (told.Recipient.Attempts > 0)
            group.Add("Last-Attempt-Date", DateUtils.FormatDate(now));
        if (told.Action == DsnAction.Delayed)
            group.Add("Will-Retry-Until", DateUtils.FormatDate(about.Expires));
        return group;
    }

    private static MimePart Returned(ReadOnlyMemory<byte> original, Consignment about)
    {
        var whole = original.Length == about.Size && about.Return == DsnReturn.Full;
        // The bytes go back as they came: reading them into an object and out again could change what a signature covers.
        return new MimePart(whole ? "message" : "text", whole ? "rfc822" : "rfc822-headers")
        {
            Content = new MimeContent(new MemoryStream(original.ToArray(), writable: false)),
            ContentTransferEncoding = about.EightBit ? ContentEncoding.EightBit : ContentEncoding.SevenBit,
        };
    }

    private static string Subject(DsnAction action) => action switch
    {
        DsnAction.Failed => "Your message could not be delivered",
        DsnAction.Delayed => "Your message is delayed",
        _ => "Your message was passed on",
    };

    private static string Text(Consignment about, DsnAction action, IReadOnlyList<DsnRecipient> recipients)
    {
        var text = new StringBuilder();
        text.Append(action switch
        {
            DsnAction.Failed => "Your message could not be delivered to the recipients below. It will not be tried again.\n",
            DsnAction.Delayed => "Your message has not been delivered yet to the recipients below. You need not do anything:\nit will be tried until "
                + about.Expires.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) + ".\n",
            _ => "Your message was passed on to a server that sends no confirmation of delivery.\n",
        });
        foreach (var told in recipients)
            text.Append(CultureInfo.InvariantCulture, $"\n  {told.Recipient.Address}\n      {OneLine(told.Explanation)}\n");
        text.Append(CultureInfo.InvariantCulture, $"\nMessage: {about.Message}, accepted {about.AcceptedAt:yyyy-MM-dd HH:mm:ss} UTC.\n");
        return text.ToString();
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
