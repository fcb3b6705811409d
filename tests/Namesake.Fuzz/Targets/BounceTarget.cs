using Namesake.Core.Receivers.Bounces;

namespace Namesake.Fuzz.Targets;

internal static class BounceTarget
{
    /// <summary>What a file of bounces, events or replies makes of the reader, whatever is in it.</summary>
    public static void Bounce(ReadOnlySpan<byte> input)
    {
        var read = ReplyDocument.TryRead(input.ToArray(), out var document, out var error);
        Promise.That(read == (document is not null) && read == (error is null));
        if (document is null)
            return;
        Promise.That(!document.Replies.IsEmpty && document.Replies.Length <= ReplyDocument.MostReplies);
        Promise.That(document.Replies.All(heard => heard.Place >= 1 && heard.Reply.Code is >= 400 and <= 599 && heard.Reply.Lines.Length >= 1));
    }
}
