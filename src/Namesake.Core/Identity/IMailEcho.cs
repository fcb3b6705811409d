using System.Net;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity;

/// <summary>The port that lets a mail echo service (helocheck@abuseat.org) say which address and name it sees: a small message from a null sender, up to the reply that tells. Filled by Delivery.</summary>
/// <remarks>It is a server of somebody else: asked only where an operator names it, and seldom.</remarks>
public interface IMailEcho
{
    /// <param name="mayBeOurs">Whether an address the host's EHLO reply echoes may be what it sees of us; where it is not, nothing more is said to it.</param>
    Task<MailEchoAnswer> AskAsync(Source source, NextHop hop, Mailbox service, Func<string, bool> mayBeOurs, CancellationToken cancellation);
}

/// <param name="Said">The host with its reply, or why there was none.</param>
public sealed record MailEchoAnswer(string Said)
{
    /// <summary>What the service saw; null: its reply says nothing of it.</summary>
    public IPAddress? Address { get; init; }

    public string? Helo { get; init; }
}
