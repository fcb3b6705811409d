using System.Collections.Immutable;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>Whom the audit asks about an address beyond DNS itself. Nobody, unless told: each of them has terms of use (docs/lists.md).</summary>
public sealed record ListingOptions
{
    /// <summary>Default none. <see cref="KnownLists"/> has those we know how to read.</summary>
    public ImmutableArray<DnsList> Lists { get; init; } = [];

    /// <summary>Asks the registry of the address for its abuse contact. Default false.</summary>
    public bool AskRegistry { get; init; }

    /// <summary>A mail address that refuses what is sent to it with the address and EHLO name it sees, such as helocheck@abuseat.org. Default null: none is asked.</summary>
    public Mailbox? MailEcho { get; init; }
}
