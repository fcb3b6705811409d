namespace Namesake.Core.Receivers.Replies;

/// <summary>Whose fault a refusal is. What the relay does with each: docs/replies.md.</summary>
public enum ReplyClass
{
    /// <summary>Nothing matched: the basic code decides.</summary>
    Unclassified,

    /// <summary>The receiver refuses our PTR, our forward record or our EHLO name.</summary>
    Identity,

    /// <summary>Another fault on our side: a login or certificate we should have shown, an address we could not use.</summary>
    Infrastructure,

    /// <summary>Our address or domain is listed, complained about, not liked.</summary>
    Reputation,

    /// <summary>Too many connections or messages.</summary>
    Throttled,

    /// <summary>Try later from the same address under the same name.</summary>
    Greylisted,

    /// <summary>SPF, DKIM or DMARC of the message.</summary>
    Authentication,

    /// <summary>Spam, virus or policy on what the message says.</summary>
    Content,

    /// <summary>The mailbox is unknown, full, closed or choosy.</summary>
    Recipient,

    /// <summary>The envelope sender is refused.</summary>
    Sender,

    /// <summary>Size, syntax, order, an extension one of the two lacks, a loop.</summary>
    Protocol,

    /// <summary>The receiver's own trouble.</summary>
    Remote,
}
