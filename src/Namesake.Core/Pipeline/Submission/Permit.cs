using System.Globalization;
using Namesake.Core.Brands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>One message's part of the limits it comes under. Taken as it comes in, given back unless it is accepted: nothing counts that wasn't.</summary>
/// <remarks>Replies are of the kinds RFC 5321 §4.3.2 gives for MAIL, RCPT and the end of content: 451 for a rate, 452 for what is used up, 552 for size.</remarks>
internal sealed class Permit(Quotas quotas, TimeProvider time) : IDisposable
{
    private readonly List<(Account Account, AccountDay Day, SendingLimits Limits, string Whose)> _entered = [];
    private int _recipients;
    private bool _isAccepted;

    public long LargestMessage { get; private set; } = long.MaxValue;

    /// <summary>Comes under one more account, with the recipients there are already.</summary>
    /// <param name="size">Bytes, as the client says; null: it didn't.</param>
    /// <returns>Null when it may go on.</returns>
    public SmtpReply? Enter(Account account, SendingLimits limits, string whose, long? size)
    {
        if (size > limits.LargestMessage)
            return TooLarge(limits.LargestMessage.Value, whose); // RFC 1870 §6.1
        if (_recipients > limits.MostRecipients)
            return TooMany(limits.MostRecipients.Value, whose);
        var now = time.GetUtcNow();
        var day = account.Today(now);
        if (!day.TryTakeMessage(limits.DailyMessages))
            return UsedUp($"{limits.DailyMessages} messages", whose, now);
        if (!day.TryTakeRecipients(_recipients, limits.DailyRecipients))
        {
            day.GiveBack(1, 0);
            return UsedUp($"{limits.DailyRecipients} recipients", whose, now);
        }
        if (limits.MessagesPerMinute is { } rate && account.TakeRate(rate, now) is { Ticks: > 0 } wait)
        {
            day.GiveBack(1, _recipients);
            return SmtpReply.Of(451, "4.7.1", Text($"{whose} may hand in {rate} messages a minute; the next one in {Math.Ceiling(wait.TotalSeconds)} s"));
        }
        _entered.Add((account, day, limits, whose));
        LargestMessage = Math.Min(LargestMessage, limits.LargestMessage ?? long.MaxValue);
        return null;
    }

    public SmtpReply? AddRecipient()
    {
        for (var i = 0; i < _entered.Count; i++)
        {
            var (_, day, limits, whose) = _entered[i];
            var refusal = _recipients >= limits.MostRecipients ? TooMany(limits.MostRecipients.Value, whose)
                : !day.TryTakeRecipients(1, limits.DailyRecipients) ? UsedUp($"{limits.DailyRecipients} recipients", whose, time.GetUtcNow())
                : null;
            if (refusal is null)
                continue;
            while (--i >= 0)
                _entered[i].Day.GiveBack(0, 1);
            return refusal;
        }
        _recipients++;
        return null;
    }

    /// <summary>After the commit.</summary>
    public void Accepted()
    {
        _isAccepted = true;
        foreach (var (_, day, _, _) in _entered)
            if (day.Accepted(_recipients))
                quotas.Note(day);
    }

    public void Dispose()
    {
        if (!_isAccepted)
            foreach (var (account, day, limits, _) in _entered)
            {
                day.GiveBack(1, _recipients);
                if (limits.MessagesPerMinute is { } rate)
                    account.GiveBackRate(rate);
            }
        _entered.Clear();
    }

    private static SmtpReply TooLarge(long most, string whose) => SmtpReply.Of(552, "5.3.4", Text($"{whose} may hand in messages of {most} bytes at most"));

    // RFC 5321 §4.5.3.1.10: 452, so that the client sends the rest in another message.
    private static SmtpReply TooMany(int most, string whose) => SmtpReply.Of(452, "4.5.3", Text($"{whose} may name {most} recipients in one message"));

    private static SmtpReply UsedUp(string what, string whose, DateTimeOffset now) =>
        SmtpReply.Of(452, "4.7.1", Text($"{whose} may hand in {what} a day; again from {now.UtcDateTime.Date.AddDays(1):yyyy-MM-dd} 00:00 UTC on"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
