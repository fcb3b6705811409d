using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Identity.Facts;

/// <summary>What DNS lists and registries say of address and name. For group RP; the lists of domains for EH-12 too.</summary>
public sealed record ListingFacts
{
    /// <summary>One for each list and subject that was asked about; empty when no list is configured.</summary>
    public ImmutableArray<ListAnswer> Lists { get; init; } = [];

    /// <summary>What the registry of the address says; null when it was not asked.</summary>
    public RegistryFacts? Registry { get; init; }

    /// <summary>What a mail echo said of a message of ours; null when there was none.</summary>
    public HeloEcho? Echo { get; init; }

    /// <summary>Why a mail echo that was asked said nothing, in words; null when it did, or when none was asked.</summary>
    public string? EchoTrouble { get; init; }

    /// <summary>Senders other than this source seen behind its public address. Null: nobody looked; empty: somebody did and saw none.</summary>
    public ImmutableArray<OtherSender>? OtherSenders { get; init; }
}

/// <summary>What one list says of one address or name.</summary>
/// <param name="List">The list's name for people.</param>
/// <param name="Subject">The address or domain asked about.</param>
/// <param name="Kinds">What this list can list for.</param>
/// <param name="Entries">Why it is listed; one for each code, empty unless listed.</param>
/// <param name="Reason">The list's own words (TXT), without control characters; empty when it gave none.</param>
/// <param name="Words">The answer in plain words, above all why there is none.</param>
public sealed record ListAnswer(string List, string Subject, ImmutableArray<ListKind> Kinds, ListState State, ImmutableArray<ListEntry> Entries, string Reason, string Words);

/// <param name="Code">The address the list answered with.</param>
public sealed record ListEntry(ListKind Kind, IPAddress Code, string Meaning);

/// <summary>What a list lists for.</summary>
public enum ListKind
{
    /// <summary>Addresses that by their network's policy or look should not send mail themselves: dynamic, without a name.</summary>
    Policy,

    /// <summary>Machines that somebody else controls.</summary>
    Exploited,

    /// <summary>Sources of spam, among them those that change or forge their EHLO name.</summary>
    Css,

    /// <summary>Domains, not addresses.</summary>
    Domain,
}

public enum ListState
{
    NotListed,
    Listed,

    /// <summary>The list answered, but not the question: it doesn't serve whoever asks.</summary>
    Refused,

    /// <summary>The list's own test entries are wrong, or it answers with what is no code: it lists the world, or nobody.</summary>
    Broken,

    /// <summary>No definite answer.</summary>
    Silent,
}

/// <summary>What an address registry (RDAP) says of the block an address is in.</summary>
/// <param name="From">Who said it, as a URL.</param>
/// <param name="Block">The block's name and range as the registry has them; empty when it has none.</param>
/// <param name="AbuseContacts">Mail addresses with the role "abuse", at most a few.</param>
/// <param name="Trouble">Null when it answered; else why not, in words.</param>
public sealed record RegistryFacts(string From, string Block, ImmutableArray<string> AbuseContacts, string? Trouble);

/// <summary>What a mail echo service saw of a message we sent it: our address and the name we said.</summary>
public sealed record HeloEcho(IPAddress Address, string Helo, string From, DateTimeOffset At);

/// <param name="What">Which host or name: "10.0.0.9", "HELO pc-7.example".</param>
/// <param name="From">Who saw it: "the firewall's flows", "a list's reason".</param>
public sealed record OtherSender(string What, string From);
