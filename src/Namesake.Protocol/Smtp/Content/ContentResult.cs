namespace Namesake.Protocol.Smtp.Content;

/// <summary>What reading a piece of content came to.</summary>
public enum ContentResult
{
    /// <summary>All that was there is consumed; the end has not come.</summary>
    NeedMore,

    /// <summary>The end, CRLF.CRLF, was consumed. What follows in the input are commands.</summary>
    Complete,

    /// <summary>An LF without CR before it. RFC 5321 §2.3.8 forbids it; what ends a line here and doesn't there is how mail is smuggled.</summary>
    BareLineFeed,

    /// <summary>A CR without LF behind it.</summary>
    BareCarriageReturn,

    /// <summary>A line is longer than the reader's limit.</summary>
    LineTooLong,
}
