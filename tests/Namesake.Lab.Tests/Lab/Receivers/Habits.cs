using System.Net;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>What a receiver of the lab's own does; replaced as a whole while it runs, and read anew by every command.</summary>
public sealed record Habits
{
    public EchoForm Echo { get; init; } = EchoForm.Gmail;

    /// <summary>Echoes this address instead of the client's, as a receiver behind a proxy does, or a hostile one.</summary>
    public IPAddress? EchoInstead { get; init; }

    /// <summary>What follows the host's name in the first line of the EHLO reply, made of the client's name and address, instead of <see cref="Echo"/>'s words.</summary>
    public Func<string, IPAddress, string>? Welcome { get; init; }

    /// <summary>Offers STARTTLS with a certificate nobody knows, as most receivers do.</summary>
    public bool OffersTls { get; init; }

    /// <summary>Whole reply line to every MAIL FROM instead of accepting it; likewise for the other commands.</summary>
    public string? MailReply { get; init; }

    public string? RecipientReply { get; init; }

    /// <summary>What is said to MAIL of an address, by the names it has given so far; null accepts it.</summary>
    public Func<IReadOnlyCollection<string>, string?>? NamesReply { get; init; }

    /// <summary>Reply to the final dot; the message then counts as refused.</summary>
    public string? ContentReply { get; init; }

    /// <summary>Awaited after the final dot has arrived and before it is answered: the time in which a crash of the client makes a duplicate.</summary>
    public Func<Task>? BeforeContentReply { get; init; }
}
