using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Messages;

/// <summary>Sender, recipients and the parameters the client gave with MAIL and RCPT, after the brand was found.</summary>
/// <param name="Sender">The reverse-path; null is the null reverse-path &lt;&gt; (RFC 5321 §4.5.5).</param>
/// <param name="Return">How much goes back in a failure DSN (RFC 3461 §4.3); null: the headers.</param>
/// <param name="EnvelopeId">ENVID of RFC 3461 §4.4, xtext-decoded; null when the client gave none.</param>
public sealed record Envelope(
    BrandId Brand,
    Mailbox? Sender,
    ImmutableArray<EnvelopeRecipient> Recipients,
    bool EightBit = false,
    bool SmtpUtf8 = false,
    DsnReturn? Return = null,
    string? EnvelopeId = null);

/// <param name="Notify">When the sender wants to be told (RFC 3461 §4.1); null: failure and delay.</param>
/// <param name="OriginalRecipient">ORCPT of RFC 3461 §4.2 ; null when the client gave none.</param>
public sealed record EnvelopeRecipient(Mailbox Address, DsnNotify? Notify = null, OriginalRecipient? OriginalRecipient = null);
