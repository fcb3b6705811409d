using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Smtp.Content;

/// <summary>What is wrong with content, as result and as answer.</summary>
internal static class ContentFault
{
    public static ContentResult Of(ContentMark mark) => mark switch
    {
        ContentMark.BareLineFeed => ContentResult.BareLineFeed,
        ContentMark.BareCarriageReturn => ContentResult.BareCarriageReturn,
        ContentMark.LineTooLong => ContentResult.LineTooLong,
        _ => throw new ArgumentOutOfRangeException(nameof(mark), mark, "Not a fault."),
    };

    /// <summary>X.6.0, other media error: RFC 3463 §3.7 has nothing closer.</summary>
    public static SmtpReply Refusal(ContentResult fault, int maxLineLength) => SmtpReply.Of(550, "5.6.0", fault switch
    {
        ContentResult.BareLineFeed => "Message has a bare LF: lines must end with CRLF (RFC 5321 2.3.8)",
        ContentResult.BareCarriageReturn => "Message has a bare CR: lines must end with CRLF (RFC 5321 2.3.8)",
        _ => $"Message has a line of more than {maxLineLength} octets",
    });
}
