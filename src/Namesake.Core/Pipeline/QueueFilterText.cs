using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline;

/// <summary>A filter as it is written, in a query of the API, a body or the options of a verb: one reading of it for all of them.</summary>
/// <param name="Messages">Ids as the log shows them.</param>
/// <param name="OlderThan">A span ("90m", "8h", "2d"), or a time of the calendar (UTC where it names no zone).</param>
public sealed record QueueFilterText(
    string? Brand = null, string? Site = null, string? Source = null, string? Domain = null, string? State = null, string? Because = null, string? Submitter = null, string? Sender = null,
    ImmutableArray<string> Messages = default, string? OlderThan = null)
{
    /// <summary>Longest text of one part, characters.</summary>
    public const int MostCharacters = 400;

    public static string States { get; } = string.Join(", ", Enum.GetNames<QueueState>().Select(name => name.ToLowerInvariant()));

    /// <param name="error">When it is none: which part is wrong, and what it should be.</param>
    public bool TryRead(DateTimeOffset now, out QueueFilter filter, out string? error)
    {
        filter = QueueFilter.All;
        DomainName? domain = null;
        QueueState? state = null;
        DateTimeOffset? before = null;
        ImmutableArray<MessageId> messages = default;
        error = Wrong("brand", Brand, IsId, "no id of a brand")
            ?? Wrong("source", Source, IsId, "no id of a source")
            ?? Wrong("site", Site, IsWords, "no site as `lanes` shows it")
            ?? (Domain is not null && !DomainName.TryParse(Domain, out domain, out var wrong) ? $"domain: {wrong}" : null)
            ?? (State is not null && (state = StateOf(State)) is null ? $"state is one of {States}, not \"{Short(State)}\"" : null)
            ?? Wrong("because", Because, IsWords, $"no reason: 1 to {MostCharacters} characters in one line")
            ?? Wrong("submitter", Submitter, IsWords, $"no user and no address: 1 to {MostCharacters} characters in one line")
            ?? (Sender is not null && Sender != "<>" && !Mailbox.TryParse(Sender, allowUtf8: true, out _, out var bad) ? $"sender: {bad}; the null sender is written <>" : null)
            ?? ReadMessages(out messages)
            ?? (OlderThan is not null && (before = Before(OlderThan, now)) is null ? $"older than: a span such as 90m, 8h or 2d, or a time such as 2026-01-31T18:00Z, not \"{Short(OlderThan)}\"" : null);
        if (error is not null)
            return false;
        var spool = new SpoolFilter(Brand is null ? null : new BrandId(Brand), Source is null ? null : new SourceId(Source), domain, Submitter)
        {
            Sender = Sender,
            Messages = messages,
            AcceptedBefore = before,
        };
        filter = new QueueFilter(spool) { Site = Site is null ? null : new SiteId(Site), State = state, Because = Because };
        return true;
    }

    private string? ReadMessages(out ImmutableArray<MessageId> messages)
    {
        messages = default;
        if (Messages.IsDefaultOrEmpty)
            return Messages.IsDefault ? null : "message: no id is given";
        if (Messages.Length > SpoolFilter.MostMessages)
            return $"message: {Messages.Length} ids are given, at most {SpoolFilter.MostMessages} may be";
        var ids = ImmutableArray.CreateBuilder<MessageId>(Messages.Length);
        foreach (var text in Messages)
        {
            // Only the form we write: "+1f", " 1f" and "1F" are other texts than the id in the log.
            if (text is null or { Length: > 16 } || !text.All(char.IsAsciiHexDigitLower) || !MessageId.TryParse(text, out var id))
                return $"message: \"{Short(text ?? "")}\" is no id of a message as the log shows it";
            ids.Add(id);
        }

        messages = ids.MoveToImmutable();
        return null;
    }

    private static string? Wrong(string part, string? text, Func<string, bool> isRight, string what) => text is null || isRight(text) ? null : $"{part} is {what}";

    private static QueueState? StateOf(string text)
    {
        foreach (var state in Enum.GetValues<QueueState>())
            if (string.Equals(state.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return state;
        return null;
    }

    private static DateTimeOffset? Before(string text, DateTimeOffset now)
    {
        if (text.Length is >= 2 and <= 6 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return text[^1] switch
            {
                'm' => now - TimeSpan.FromMinutes(number),
                'h' => now - TimeSpan.FromHours(number),
                'd' => now - TimeSpan.FromDays(number),
                _ => null,
            };
        return text.Length <= 40 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            && at > DateTimeOffset.UnixEpoch ? at : null;
    }

    /// <summary>As ids of brands and sources are written in the configuration.</summary>
    private static bool IsId(string text) => text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static bool IsWords(string text) => text.Length is >= 1 and <= MostCharacters && !text.Any(char.IsControl);

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
