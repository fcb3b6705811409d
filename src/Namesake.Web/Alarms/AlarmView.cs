using System.Collections.Immutable;

namespace Namesake.Web.Alarms;

/// <summary>What somebody should know of now, and whom it hurts (verdicts.md §5).</summary>
/// <param name="Id">The same as long as it stands: "source-held acme-v4", "lane-held acme-v4 example.org", "disk-low".</param>
/// <param name="Kind">"source-held", "lane-held", "submitter-frozen", "submitter-observed", "mail-kept", "resolving-in-doubt", "queue-growing", "clock-jumped" or "disk-low".</param>
/// <param name="Source">Null when it is about the relay as a whole.</param>
/// <param name="Site">Null when it isn't about one receiver.</param>
/// <param name="Check">The check that holds; null when none does.</param>
/// <param name="Reason">Of the hold, or the rule by which a submitter was noticed: one stable word; null without one.</param>
/// <param name="Recipients">Waiting for it.</param>
/// <param name="Messages">With such recipients.</param>
/// <param name="Senders">Of those messages.</param>
/// <param name="AtLeast">The spool is larger than what was counted: there may be more messages and senders than these.</param>
/// <param name="Brands">That have mail waiting for it; of a submitter the brand whose mail it handed in.</param>
/// <param name="Submitter">Who is frozen or unlike itself; null when it is about something else.</param>
public sealed record AlarmView(
    string Id,
    string Kind,
    string? Source,
    string? Site,
    string? Check,
    string? Reason,
    string Text,
    DateTimeOffset Since,
    long Recipients,
    long Messages,
    long Senders,
    bool AtLeast,
    ImmutableArray<string> Brands,
    string? Submitter = null)
{
    /// <summary>What it is about, in a few words.</summary>
    public string Subject() => Submitter ?? (Kind == "mail-kept" ? "mail in the queue" : Source is null ? "the relay" : Site is null ? Source : $"{Source} towards {Site}");

    /// <summary>Whom it hurts; empty when nobody waits.</summary>
    public string Hurts()
    {
        if (Recipients == 0)
            return "";
        var counted = Messages == 0 ? "" : $" in {(AtLeast ? "at least " : "")}{Count(Messages, "message")} of {Count(Senders, "sender")}";
        return $"{Count(Recipients, "recipient")}{counted}{(Brands.IsEmpty ? "" : $" of {string.Join(", ", Brands)}")}";
    }

    private static string Count(long number, string what) => FormattableString.Invariant($"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
