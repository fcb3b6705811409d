using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers;

/// <summary>What temporary refusals mean for the lane they were heard in. A closed list, the first that fits decides; what fits none waits by its message's own schedule.</summary>
/// <remarks>Only 4xx replies are looked at: a permanent one ends its message whatever it says, and identity has rules of its own (<see cref="IdentityRefusal"/>, asked before).
/// What one receiver says never reaches beyond the lane.</remarks>
public static partial class ReplyPatterns
{
    public static ImmutableArray<ReplyPattern> All { get; } =
    [
        new("greylisted", ReplyMeaning.Greylisted, null, Greylisted()),
        new("busy-recipient", ReplyMeaning.BusyRecipient, null, BusyRecipient()),
        new("address-deferred", ReplyMeaning.BackOff, null, AddressDeferred()),
        new("too-many-connections", ReplyMeaning.SlowDown, null, TooManyConnections()),
        new("too-many-messages", ReplyMeaning.SlowDown, false, TooManyMessages()),
    ];

    /// <param name="toRecipient">It answered RCPT.</param>
    public static ReplyPattern? Find(SmtpReply reply, bool toRecipient)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Code is < 400 or > 499 || IdentityRefusal.Looks(reply))
            return null;
        foreach (var pattern in All)
        {
            if (pattern.ToRecipient is { } only && only != toRecipient)
                continue;
            foreach (var line in reply.Lines)
                if (pattern.Wording.IsMatch(line))
                    return pattern;
        }

        return null;
    }

    private const RegexOptions Linear = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"gr[ae]y-?\s?list", Linear)]
    private static partial Regex Greylisted();

    // Gmail's 4.2.1 speaks of the mailbox.
    [GeneratedRegex(@"(user|recipient|mailbox|account).{0,60}receiving (mail|messages?) (at a rate|too)|user .{0,40}(over|exceeded).{0,20}(rate|limit|quota)", Linear)]
    private static partial Regex BusyRecipient();

    // Yahoo's TSS04, Microsoft's 4.7.650 and 4.7.500, Gmail's 4.7.28 and 4.7.0, T-Online and others in their wording.
    [GeneratedRegex(@"\[TSS?0\d\]|messages from .{0,60}\b(temporarily|permanently) deferred|rate[- ]limited due to ip reputation|server busy\. please try again later from|unusual rate of (unsolicited )?mail|"
        + @"unsolicited mail originating from|\bip\b.{0,40}(reputation|temporarily (blocked|blacklisted|blocklisted))", Linear)]
    private static partial Regex AddressDeferred();

    [GeneratedRegex(@"too many (concurrent |simultaneous |open |smtp )*(connections?|sessions?)|(connection|session)s? (limit|rate)|OFR[_0-9]*_?104|exceeded.{0,40}\bconnections?\b|maximum.{0,40}\bconnections?\b", Linear)]
    private static partial Regex TooManyConnections();

    [GeneratedRegex(@"too many (messages|mails|emails|e-mails)|\brate limit|throttl|sending rate|slow down|\bRL0000\d\d|message(s)? (rate|limit) exceeded|try(ing)? .{0,20}more slowly", Linear)]
    private static partial Regex TooManyMessages();
}
