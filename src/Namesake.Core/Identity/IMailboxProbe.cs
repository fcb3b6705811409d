using Namesake.Core.Identity.Facts;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>The port that asks a mail host whether it takes mail for a mailbox: a conversation up to RCPT, then RSET and QUIT. No mail is sent. Filled by Delivery.</summary>
/// <remarks>Hosts may see it as address harvesting, so it is asked only where an operator wants it, and only about mailboxes of the operator's own.</remarks>
public interface IMailboxProbe
{
    /// <summary>Asks as a bounce would: from the source, with a null sender.</summary>
    Task<MailboxAnswer> AskAsync(Source source, NextHop hop, Mailbox mailbox, CancellationToken cancellation);
}
