using System.Globalization;
using System.Text;
using MimeKit;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline.Reporting;

/// <summary>Writes a delivery status notification (RFC 3464, in the multipart/report of RFC 6522), under the brand's own names and no other.</summary>
/// <remarks>A report to an address beyond ASCII can only go where SMTPUTF8 is spoken, so it says everything in UTF-8 (RFC 6533). Any other must pass everywhere, so
/// everything beyond ASCII in it is encoded; only an original that goes back whole keeps its eighth bit.</remarks>
internal static class DsnContent
{
    private const int WrapAt = 74;

    public static byte[] Write(
        MessageId id, Brand brand, HostName reporter, Consignment about, Mailbox to, DsnAction action, IReadOnlyList<DsnRecipient> recipients, DsnOriginal original, DateTimeOffset now)
    {
        using var message = new MimeMessage { Date = now, MessageId = $"{id}.dsn@{brand.BounceDomain.Value}", Subject = Subject(action) };
        message.From.Add(new MailboxAddress("Mail Delivery System", $"postmaster@{brand.BounceDomain.Value}"));
        message.To.Add(new MailboxAddress(null, to.ToString()));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied"); // RFC 3834 §5

        var utf8 = to.NeedsSmtpUtf8;
        message.Body = new MultipartReport(utf8 ? "global-delivery-status" : "delivery-status")
        {
            Words(Text(about, action, recipients)),
            DsnStatus.Write(reporter, about, recipients, utf8, now),
            original.ToPart(about.SmtpUtf8, mayBeEightBit: utf8),
        };
        using var output = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = utf8;
        message.WriteTo(format, output);
        return output.ToArray();
    }

    private static TextPart Words(string text)
    {
        var part = new TextPart("plain") { Text = text };
        // An eighth bit only where it can't be helped: without it the report passes servers of any age.
        part.ContentTransferEncoding = part.GetBestEncoding(EncodingConstraint.SevenBit, 998) == ContentEncoding.SevenBit ? ContentEncoding.SevenBit : ContentEncoding.QuotedPrintable;
        return part;
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
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {told.Recipient.Address}\n");
            Wrap(text, told.Explanation);
        }

        text.Append(CultureInfo.InvariantCulture, $"\nMessage: {about.Message}, accepted {about.AcceptedAt:yyyy-MM-dd HH:mm:ss} UTC.\n");
        return text.ToString();
    }

    private static void Wrap(StringBuilder text, string sentence)
    {
        var column = 0;
        foreach (var word in sentence.Split((char[])[' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(column == 0 ? "      " : column + word.Length > WrapAt ? "\n      " : " ");
            column = column == 0 || column + word.Length > WrapAt ? 6 + word.Length : column + 1 + word.Length;
            text.Append(word);
        }

        text.Append('\n');
    }
}
