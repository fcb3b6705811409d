using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Bounces;
using Namesake.Core.Receivers.Replies;

namespace Namesake.Cli;

/// <summary>What `classify --json` prints: a contract with scripts, changed only with a changelog entry.</summary>
/// <param name="Format">What was read: "replies", "json", "message" or "mailbox".</param>
/// <param name="Unread">Lines or messages without a refusal.</param>
public sealed record ClassifyReport(string Format, int Unread, ImmutableArray<ClassifiedReply> Replies)
{
    public static ClassifyReport Of(ReplyDocument document) => new(document.Format, document.Unread, [.. document.Replies.Select(ClassifiedReply.Of)]);
}

/// <param name="Place">Its line, or the number of its message; from 1.</param>
/// <param name="Reply">As the receiver said it, on one line.</param>
/// <param name="Stage">"greeting", "ehlo", "starttls", "mail", "rcpt", "data" or "finaldot"; null when nobody knows.</param>
/// <param name="Subclass">"PTR_MISSING"; empty when there is none.</param>
/// <param name="Second">What else it may be, mostly empty.</param>
/// <param name="Confidence">"high", "medium" or "low".</param>
/// <param name="Rule">Which rule decided; empty when none.</param>
/// <param name="Scope">"session", "site", "message" or "recipient".</param>
/// <param name="Message">"waits" or "ends": what the relay does with the message.</param>
/// <param name="Lane">"goes-on", "rests", "slows-down" or "backs-off".</param>
/// <param name="MaySuppress">Whether the recipient may be suppressed for it.</param>
public sealed record ClassifiedReply(
    int Place, string Reply, int Code, string? Enhanced, string? Stage, string? Host, string? Recipient,
    string Class, string Subclass, string Second, string Confidence, string Rule, string Scope, string Message, string Lane, bool MaySuppress, ClassifiedValues Quoted)
{
    public static ClassifiedReply Of(HeardReply heard)
    {
        var verdict = ReplyClassifier.Classify(heard.Reply, heard.Scene);
        var treatment = ReplyPolicy.For(verdict, heard.Reply, heard.Scene.Phase ?? SessionPhase.Rcpt);
        return new ClassifiedReply(heard.Place, heard.Reply.ToString(), heard.Reply.Code, heard.Reply.Enhanced?.ToString(), heard.Scene.Phase?.ToString().ToLowerInvariant(), heard.Scene.Host, heard.Recipient,
            ReplyNames.Of(verdict.Class), ReplyNames.Of(verdict.Subclass), ReplyNames.Of(verdict.Second), ReplyNames.Of(verdict.Confidence), verdict.Rule, verdict.Scope.ToString().ToLowerInvariant(),
            treatment.IsKept || heard.Scene.IsBeforeMail ? "waits" : "ends", LaneAfter(treatment.Rest, verdict, heard), treatment.MaySuppress,
            new ClassifiedValues(verdict.Quoted.Address?.ToString(), verdict.Quoted.Name, verdict.Quoted.Url, verdict.Quoted.List));
    }

    private static string LaneAfter(LaneRest rest, ReplyVerdict verdict, HeardReply heard) => rest switch
    {
        LaneRest.SlowDown => "slows-down",
        LaneRest.BackOff => "backs-off",
        _ => verdict.IsIdentity || heard.Scene.IsBeforeMail || heard.Reply.Code == 421 ? "rests" : "goes-on",
    };
}

/// <summary>What the reply quotes.</summary>
public sealed record ClassifiedValues(string? Address, string? Name, string? Url, string? List);
