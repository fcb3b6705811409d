using System.Globalization;
using System.Text;
using Namesake.Core.Messages;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Suppression;

/// <summary>One recipient of a brand's list: suppressed, or only counted so far.</summary>
public sealed record SuppressionEntry(SuppressionKey Key)
{
    /// <summary>Longest reply, reason and name kept.</summary>
    public const int MostText = 500;

    /// <summary>Null: nothing is stopped, refusals are counted.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Null: until somebody lifts it.</summary>
    public DateTimeOffset? Until { get; init; }

    public SuppressionOrigin Origin { get; init; }

    /// <summary>Messages refused because there is nobody, of those that belong together.</summary>
    public int Refusals { get; init; }

    public DateTimeOffset? FirstRefusal { get; init; }

    public DateTimeOffset? LastRefusal { get; init; }

    /// <summary>The last refusal's words.</summary>
    public string? Reply { get; init; }

    /// <summary>The classifier's rule that understood it.</summary>
    public string? Rule { get; init; }

    /// <summary>The message that was refused last.</summary>
    public MessageId? Message { get; init; }

    /// <summary>Why, in the words of who said so.</summary>
    public string? Reason { get; init; }

    /// <summary>Who said so; null: its receiver did.</summary>
    public string? By { get; init; }

    public DateTimeOffset Changed { get; init; }

    /// <summary>When nothing of it is worth keeping any more; null: it has no end.</summary>
    public DateTimeOffset? ForgottenAt => (Since is null ? LastRefusal ?? Changed : Until) + SuppressionRules.WithinAtMost;

    /// <summary>A person said so, whatever receivers say.</summary>
    public bool IsByPerson => Origin is SuppressionOrigin.Hand or SuppressionOrigin.Import;

    public bool IsInForce(DateTimeOffset now) => Since is not null && !(Until <= now);

    /// <summary>What the client hears, and the sender reads in a DSN: that it is suppressed, since when, why, and how it ends.</summary>
    /// <remarks>5.1.1 repeats what the receiver said of the mailbox (RFC 3463 §3.2); a person's word is no statement about a mailbox: 5.7.1, delivery not authorized (§3.8).</remarks>
    public SmtpReply Answer() => SmtpReply.Of(550, Origin is SuppressionOrigin.Reply or SuppressionOrigin.Bounce ? "5.1.1" : "5.7.1", $"<{Key.Address}> {Why()}", HowItEnds());

    /// <summary>"is suppressed for acme since …", with the reason: one sentence after the address.</summary>
    public string Why()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"is suppressed for {Key.Brand} since {Moment(Since ?? Changed)}");
        switch (Origin)
        {
            case SuppressionOrigin.Reply:
                text.Append(CultureInfo.InvariantCulture, $": its receiver refused {(Refusals == 1 ? "a message" : $"{Refusals} messages")}, last on {Moment(LastRefusal ?? Changed)}: {Reply}");
                break;
            case SuppressionOrigin.Bounce:
                text.Append(CultureInfo.InvariantCulture, $": {(Refusals == 1 ? "a message" : $"{Refusals} messages")} bounced, the last with: {Reply}");
                break;
            case SuppressionOrigin.Import:
                text.Append(CultureInfo.InvariantCulture, $" by a list that {By ?? "somebody"} imported{(Reason is null ? "" : $": {Reason}")}");
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $" by {By ?? "somebody"}{(Reason is null ? "" : $": {Reason}")}");
                break;
        }

        return text.ToString();
    }

    /// <summary>When it ends by itself, and how it is lifted.</summary>
    public string HowItEnds() =>
        $"Nothing is sent there {(Until is { } until ? $"until {Moment(until)}" : "until it is lifted")}. Your provider lifts it with: {Lift}";

    /// <summary>The verb that ends it, as a shell takes it.</summary>
    public string Lift
    {
        get
        {
            var quote = Key.Address.Contains('\'', StringComparison.Ordinal) ? "\"" : Key.Address.All(sign => char.IsLetterOrDigit(sign) || sign is '@' or '.' or '-' or '_' or '+' or '=') ? "" : "'";
            return $"namesake suppressions remove {quote}{Key.Address}{quote} --brand {Key.Brand}";
        }
    }

    internal static string Cut(string text) => text.Length <= MostText ? text : text[..(char.IsHighSurrogate(text[MostText - 2]) ? MostText - 2 : MostText - 1)] + "…";

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
