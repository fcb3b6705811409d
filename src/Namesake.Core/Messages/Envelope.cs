using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Messages;

/// <summary>Sender, recipients and the parameters the client gave with MAIL and RCPT, after the brand was found.</summary>
/// <param name="Sender">The reverse-path; null is the null reverse-path &lt;&gt; (RFC 5321 §4.5.5).</param>
/// <param name="EnvelopeId">ENVID of RFC 3461 §4.4, xtext-decoded; null when the client gave none.</param>
public sealed record Envelope(
    BrandId Brand,
    Mailbox? Sender,
    ImmutableArray<EnvelopeRecipient> Recipients,
    bool EightBit = false,
    bool SmtpUtf8 = false,
    DsnReturn Return = DsnReturn.Headers,
    string? EnvelopeId = null);

/// <param name="OriginalRecipient">ORCPT of RFC 3461 §4.2 as given ("rfc822;…"); null when the client gave none.</param>
public sealed record EnvelopeRecipient(Mailbox Address, DsnNotify Notify = DsnNotify.Default, string? OriginalRecipient = null);

/// <summary>When the sender wants to be told (RFC 3461 §4.1).</summary>
[Flags]
public enum DsnNotify
{
    /// <summary>Nothing was asked: failure and delay are told.</summary>
    Default = 0,
    Never = 1,
    Success = 2,
    Failure = 4,
    Delay = 8,
}

/// <summary>How much of the message goes back in a failure DSN (RFC 3461 §4.3). Ours returns headers unless FULL was asked.</summary>
public enum DsnReturn
{
    Headers,
    Full,
}
