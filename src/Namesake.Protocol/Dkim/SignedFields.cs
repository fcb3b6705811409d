using System.Collections.Immutable;
using System.Text;

namespace Namesake.Protocol.Dkim;

/// <summary>Which header fields are signed, in the order of <c>h=</c>: what a reader sees, what his program decides by, and what identifies the message. RFC 6376 §5.4.1</summary>
/// <remarks>Never: Return-Path and Received (changed on the way by design), Comments and Keywords (RFC 6376 §5.4), DKIM-Signature of others, Bcc (removed on the way), and X- fields, which
/// every filter adds and removes.</remarks>
internal static class SignedFields
{
    public static readonly ImmutableArray<SignedField> All =
    [
        // Whom the reader believes to hear from; two From fields are the oldest forgery there is.
        new("From", Cover.NoMoreEver),
        // Where his answer goes: one added to a message without it leads answers away.
        new("Reply-To", Cover.NoMoreEver),
        // What he sees in his list.
        new("Subject", Cover.NoMoreEver),
        // Whom he believes to read with; a replayed message would else be addressed anew.
        new("To", Cover.NoMoreEver),
        new("Cc", Cover.NoMoreEver),
        // How his program reads the body: another type, boundary or encoding shows another body under the same hash.
        new("Content-Type", Cover.NoMoreEver),
        new("Content-Transfer-Encoding", Cover.NoMoreEver),
        // Servers add these where they are missing, and may; a second one is a forgery.
        new("Date", Cover.PresentAndNoMore),
        new("Message-ID", Cover.PresentAndNoMore),
        new("MIME-Version", Cover.PresentAndNoMore),
        new("Sender", Cover.PresentAndNoMore),
        // Where his program shows the message: in which conversation.
        new("In-Reply-To", Cover.PresentAndNoMore),
        new("References", Cover.PresentAndNoMore),
        // What the button "unsubscribe" does. RFC 8058 §4 asks for both to be signed.
        new("List-Unsubscribe", Cover.PresentAndNoMore),
        new("List-Unsubscribe-Post", Cover.PresentAndNoMore),
        // Whose list it is, and by what the sender is told of complaints. A list on the way adds its own.
        new("List-Id", Cover.Present),
        new("List-Help", Cover.Present),
        new("List-Subscribe", Cover.Present),
        new("List-Post", Cover.Present),
        new("List-Owner", Cover.Present),
        new("List-Archive", Cover.Present),
        new("Feedback-ID", Cover.Present),
        new("Auto-Submitted", Cover.Present),
        // Who sent it once more. Whoever does so again puts his block in front.
        new("Resent-Date", Cover.Present),
        new("Resent-From", Cover.Present),
        new("Resent-To", Cover.Present),
        new("Resent-Cc", Cover.Present),
    ];

    /// <returns>-1 for a field that isn't signed.</returns>
    public static int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < All.Length; i++)
            if (All[i].Name.Length == name.Length && Ascii.EqualsIgnoreCase(name, All[i].Name))
                return i;
        return -1;
    }
}
