using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Bounces;

/// <summary>What servers write around a receiver's reply in logs and reports: who said it, and to which command.</summary>
/// <remarks>Postfix: "host mx.test[192.0.2.1] said: 550 … (in reply to RCPT TO command)", "refused to talk to me: 554 …". Exim: "SMTP error from remote mail server after RCPT
/// TO:&lt;a@b&gt;: host mx.test [192.0.2.1]: 550 …". Others: "smtp; 550 …", or the reply alone.</remarks>
internal static class DiagnosticText
{
    private static readonly (string Words, SessionPhase Phase)[] Hints =
    [
        ("in reply to end of DATA", SessionPhase.FinalDot), ("after end of data", SessionPhase.FinalDot), ("after sending message body", SessionPhase.FinalDot),
        ("in reply to RCPT", SessionPhase.Rcpt), ("after RCPT", SessionPhase.Rcpt), ("after pipelined RCPT", SessionPhase.Rcpt), ("in reply to MAIL", SessionPhase.Mail), ("after MAIL", SessionPhase.Mail), ("after pipelined MAIL", SessionPhase.Mail),
        ("in reply to DATA", SessionPhase.Data), ("after DATA", SessionPhase.Data), ("after pipelined DATA", SessionPhase.Data), ("in reply to EHLO", SessionPhase.Ehlo), ("in reply to HELO", SessionPhase.Ehlo), ("after EHLO", SessionPhase.Ehlo),
        ("after HELO", SessionPhase.Ehlo), ("in reply to STARTTLS", SessionPhase.StartTls), ("after STARTTLS", SessionPhase.StartTls), ("refused to talk to me", SessionPhase.Greeting), ("after initial connection", SessionPhase.Greeting),
        ("while receiving the initial server greeting", SessionPhase.Greeting),
    ];

    /// <param name="status">Where the text has no reply of its own, the status of the report stands for one.</param>
    /// <returns>Null when there is no refusal in it.</returns>
    public static HeardReply? Find(string text, int place, string? host = null, EnhancedStatusCode? status = null)
    {
        SessionPhase? phase = null;
        foreach (var (words, hinted) in Hints)
            if (text.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                phase = hinted;
                break;
            }

        var said = WithoutHint(text.AsSpan());
        var start = Start(said);
        host ??= HostBefore(start < 0 ? said : said[..start]);
        var reply = start < 0 ? null : ReplyText.Read(said[start..].ToString());
        status ??= reply is null ? MarkedStatus(text) : null;
        if (reply is null && status is { Class: 4 or 5 } code)
            reply = new SmtpReply(code.Class * 100 + 50, code, [text.Length > 4000 ? text[..4000] : text]);
        else if (reply is { Enhanced: null } && status is { } known && known.Class == reply.Code / 100 && known is not { Subject: 0, Detail: 0 })
            reply = reply with { Enhanced = known };
        return reply is null ? null : new HeardReply(place, reply, new ReplyScene(phase, host));
    }

    /// <summary>qmail ends its own words with "(#5.1.1)".</summary>
    private static EnhancedStatusCode? MarkedStatus(string text)
    {
        var at = text.LastIndexOf("(#", StringComparison.Ordinal);
        var end = at < 0 ? -1 : text.IndexOf(')', at);
        return end > at && end - at < 13 && EnhancedStatusCode.TryParse(text[(at + 2)..end], out var status) ? status : null;
    }

    private static ReadOnlySpan<char> WithoutHint(ReadOnlySpan<char> text) =>
        text.LastIndexOf("(in reply to ", StringComparison.OrdinalIgnoreCase) is > 0 and var hint ? text[..hint].TrimEnd() : text;

    /// <summary>Where the reply begins: at the start, or behind the last of what introduces one.</summary>
    private static int Start(ReadOnlySpan<char> text)
    {
        if (ReplyText.CodeOf(text) is not null)
            return 0;
        foreach (var mark in (ReadOnlySpan<string>)["said: ", "talk to me: ", "]: ", "; ", ": ", "\"", "'", "#", "<"])
            for (var from = 0; text[from..].IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at; from += at + mark.Length)
                if (ReplyText.CodeOf(text[(from + at + mark.Length)..].TrimStart()) is not null)
                    return from + at + mark.Length + text[(from + at + mark.Length)..].IndexOfAnyExcept(' ');
        return -1;
    }

    private static string? HostBefore(ReadOnlySpan<char> text)
    {
        var at = text.LastIndexOf("host ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var name = text[(at + 5)..];
        var end = name.IndexOfAny("[ :(");
        name = end < 0 ? name : name[..end];
        return name.Length is > 3 and < 254 && name.Contains('.') && !name.ContainsAny("@/<>") ? name.ToString() : null;
    }
}
