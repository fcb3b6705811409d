using System.Net;

namespace Namesake.Core.Receivers.Replies;

/// <summary>What a reply quotes. Hostile text: shown, compared, never acted on by itself.</summary>
/// <param name="Address">The client address it speaks of; ours when ours is among them, else the first.</param>
/// <param name="Name">The EHLO or PTR name it speaks of; only where identity is the matter.</param>
/// <param name="Url">The first link, for the reader.</param>
/// <param name="List">The block list's domain or name.</param>
public sealed record QuotedValues(IPAddress? Address, string? Name, string? Url, string? List)
{
    public static QuotedValues Nothing { get; } = new(null, null, null, null);
}
