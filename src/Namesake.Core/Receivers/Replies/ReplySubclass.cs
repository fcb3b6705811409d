namespace Namesake.Core.Receivers.Replies;

/// <summary>What exactly is wrong. Spelled PTR_MISSING in JSON, lists and documents: <see cref="ReplyNames"/>.</summary>
public enum ReplySubclass
{
    None,

    // identity
    PtrMissing,

    /// <summary>There is a PTR record, or may be one, and it doesn't lead back.</summary>
    PtrUnconfirmed,

    /// <summary>The name looks like an access line's or a provider's default.</summary>
    PtrGeneric,
    EhloSyntax,
    EhloUnresolvable,
    EhloIPMismatch,
    EhloPtrMismatch,

    /// <summary>Names of this address keep changing.</summary>
    EhloUnstable,

    /// <summary>Only IPv6 is asked for a PTR record or for authentication.</summary>
    V6Identity,

    /// <summary>The receiver could not look us up now.</summary>
    DnsTempfail,

    /// <summary>A listing that ends with the right PTR and EHLO (Spamhaus CSS, T-Online).</summary>
    ReputationIdentityGated,

    // infrastructure
    LoginRequired,
    CertificateRefused,
    SourceUnusable,

    // reputation
    BlockList,

    /// <summary>Space that should not send mail at all: dynamic, end users.</summary>
    PolicyList,
    AddressBlocked,
    DomainBlocked,

    // throttled
    Connections,
    Rate,

    /// <summary>Messages from this address are deferred for what it sent before.</summary>
    AddressDeferred,

    // greylisted
    Greylisting,

    // authentication
    Spf,
    Dkim,
    Dmarc,
    Unauthenticated,

    // content
    Spam,
    Virus,
    Attachment,
    Link,

    /// <summary>Header fields or structure.</summary>
    Form,
    Policy,

    // recipient
    MailboxUnknown,
    MailboxFull,
    MailboxDisabled,
    DomainUnknown,

    /// <summary>Gets too much mail from everywhere.</summary>
    RecipientBusy,

    /// <summary>Takes mail from some senders only.</summary>
    RecipientRestricted,
    RelayDenied,

    // sender
    SenderRefused,
    SenderDomain,
    SenderUnverified,

    // protocol
    TooLarge,
    TooManyRecipients,
    Syntax,
    Order,
    Unsupported,
    TlsRequired,
    Loop,

    // remote
    Storage,
    Lookup,
    Unavailable,
    Unreachable,
    Fault,
}
