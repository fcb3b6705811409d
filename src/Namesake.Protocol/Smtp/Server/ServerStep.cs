using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Server;

/// <summary>What the caller of <see cref="ServerSession"/> has to do next. The family is closed: its members are in this file.</summary>
public abstract record ServerStep
{
    private ServerStep()
    {
    }

    /// <summary>Send the answer, read the next line.</summary>
    public sealed record Reply(SmtpReply Answer) : ServerStep;

    /// <summary>Send the answer and close the connection.</summary>
    public sealed record Close(SmtpReply Answer) : ServerStep;

    /// <summary>Decide about the sender; <see cref="ServerSession.Answer"/>.</summary>
    public sealed record CheckSender(MailCommand Command) : ServerStep;

    /// <summary>Decide about a recipient; <see cref="ServerSession.Answer"/>.</summary>
    public sealed record CheckRecipient(RcptCommand Command) : ServerStep;

    /// <summary>Send the answer (354) and read content up to its end; <see cref="ServerSession.ContentEnded"/>. Who can't take content now calls that at once with a 4xx, instead of sending 354.</summary>
    public sealed record BeginContent(SmtpReply Answer) : ServerStep;

    /// <summary>Read this many octets of content, then <see cref="ServerSession.ContentEnded"/>: with the message's fate after the last chunk, with 250 after others. BDAT has no intermediate
    /// answer.</summary>
    public sealed record BeginChunk(long Size, bool Last) : ServerStep;

    /// <summary>Read and drop this many octets, then send the answer.</summary>
    public sealed record DropChunk(long Size, SmtpReply Answer) : ServerStep;

    /// <summary>Send the answer (220), drop everything that was received behind this line (it was not protected and may be an attacker's), shake hands, then
    /// <see cref="ServerSession.TlsStarted"/>. When the handshake fails, close. RFC 3207 §4.1 and §6</summary>
    public sealed record UpgradeToTls(SmtpReply Answer) : ServerStep;

    /// <summary>Send the answer (334), read the next line.</summary>
    public sealed record Challenge(SmtpReply Answer) : ServerStep;

    /// <summary>Decide about a login; <see cref="ServerSession.Answer"/> with 235 2.7.0 or 535 5.7.8.</summary>
    public sealed record Authenticate(string User, string Password) : ServerStep
    {
        /// <summary>Without the password.</summary>
        public override string ToString() => $"Authenticate {{ User = {User} }}";
    }
}
