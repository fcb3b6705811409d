namespace Namesake.Core.Receivers.Replies;

/// <summary>A value that was taken out of a reply's text and replaced by a placeholder.</summary>
/// <param name="At">The token it left, before concepts were gathered.</param>
internal readonly record struct ReplyPart(ReplyPartKind Kind, int At, int Line, int Start, int Length);

internal enum ReplyPartKind : byte
{
    Address,
    Name,
    Url,
    List,

    /// <summary>A word in brackets or quotes that is nothing else: perhaps an EHLO name without a dot.</summary>
    Bracketed,
}
