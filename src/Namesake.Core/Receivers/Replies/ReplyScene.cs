using System.Net;
using Namesake.Core.Messages;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Where a reply was heard, as far as it is known.</summary>
/// <param name="Phase">What it answered; null when nobody knows, as in somebody else's bounce.</param>
/// <param name="Host">The receiver's MX host; decides what its own codes mean.</param>
/// <param name="Address">Our public address: of several addresses in a reply this one is ours.</param>
/// <param name="Ehlo">The name we said.</param>
public sealed record ReplyScene(SessionPhase? Phase = null, string? Host = null, IPAddress? Address = null, string? Ehlo = null)
{
    public static ReplyScene Unknown { get; } = new();

    /// <summary>Before MAIL nobody has heard of a sender, a recipient or a message: a refusal can only be about us, or the receiver itself.</summary>
    public bool IsBeforeMail => Phase is SessionPhase.Connect or SessionPhase.Greeting or SessionPhase.Ehlo or SessionPhase.StartTls;
}
