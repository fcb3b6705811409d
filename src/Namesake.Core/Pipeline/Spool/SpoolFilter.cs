using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline.Spool;

/// <summary>Which mail is meant. What is null does not filter. Brand, source and domain select queues; everything else selects recipients in them.</summary>
/// <param name="Submitter">Who handed it in (<see cref="NewMessage.Submitter"/>), to the letter.</param>
public sealed record SpoolFilter(BrandId? Brand = null, SourceId? Source = null, DomainName? Domain = null, string? Submitter = null)
{
    /// <summary>Messages one filter may name.</summary>
    public const int MostMessages = 100;

    /// <summary>The envelope sender, in any case of letters; "&lt;&gt;" is the null reverse-path.</summary>
    public string? Sender { get; init; }

    /// <summary>These messages and no others, at most <see cref="MostMessages"/>; default: any.</summary>
    public ImmutableArray<MessageId> Messages { get; init; }

    /// <summary>Only messages accepted before.</summary>
    public DateTimeOffset? AcceptedBefore { get; init; }

    public RecipientState? State { get; init; }

    /// <summary>Held for this reason (<see cref="MailHold.Reason"/>), in any case of letters.</summary>
    public string? HoldReason { get; init; }

    /// <summary>Held by this one command.</summary>
    public HoldId? Hold { get; init; }

    /// <summary>False: whole queues are meant, and the numbers they keep answer for them.</summary>
    public bool SelectsRecipients => Submitter is not null || Sender is not null || !Messages.IsDefault || AcceptedBefore is not null || State is not null || HoldReason is not null || Hold is not null;
}
