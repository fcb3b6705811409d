using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>What a spool must do, written down as plainly as possible: a list and loops over it.</summary>
internal sealed class SpoolModel
{
    public sealed class Recipient
    {
        public required MessageId Message { get; init; }
        public required int Ordinal { get; init; }
        public required QueueKey Key { get; set; }
        public required DateTimeOffset Due { get; set; }
        public required DateTimeOffset Expires { get; set; }
        public bool Claimed { get; set; }
        public bool Counted { get; set; }
        public bool Undeliverable { get; set; }
        public bool Told { get; set; }
        public int Attempts { get; set; }
        public string? LastReply { get; set; }
        public MailHold? Hold { get; set; }

        /// <summary>May be claimed, now or later.</summary>
        public bool IsFree => IsLeft && Hold is null;

        /// <summary>Held or not: nobody is at it.</summary>
        public bool IsLeft => !Claimed && !Undeliverable;
    }

    private readonly List<Recipient> _recipients = [];

    public IReadOnlyList<Recipient> Recipients => _recipients;

    public IEnumerable<MessageId> Messages => _recipients.Select(row => row.Message).Distinct();

    public void Accept(NewMessage message)
    {
        foreach (var consignment in message.Consignments)
            foreach (var ordinal in consignment.Ordinals)
                _recipients.Add(new Recipient
                {
                    Message = message.Id,
                    Ordinal = ordinal,
                    Key = consignment.Key,
                    Due = consignment.Due,
                    Expires = message.Expires,
                    Claimed = consignment.Claimed,
                    Counted = consignment.Claimed,
                    Attempts = consignment.Claimed ? 1 : 0,
                });
    }

    public IEnumerable<QueueKey> DueQueues(DateTimeOffset now) => _recipients.Where(row => row.IsFree && row.Due <= now).Select(row => row.Key).Distinct();

    /// <summary>Groups in the order they are claimed.</summary>
    public List<List<Recipient>> Claim(QueueKey key, DateTimeOffset now, int perQueue, Func<MessageId, int, DateTimeOffset> nextDue)
    {
        var due = _recipients.Where(row => row.IsFree && row.Key == key && row.Due <= now).ToList();
        var messages = due.OrderBy(row => row.Due).ThenBy(row => row.Message).Select(row => row.Message).Distinct().Take(perQueue).ToList();
        var groups = messages.SelectMany(id => due.Where(row => row.Message == id).OrderBy(row => row.Ordinal).GroupBy(row => row.Expires).Select(group => group.ToList()))
            .Take(perQueue).ToList();
        foreach (var group in groups)
        {
            var next = nextDue(group[0].Message, group.Max(row => row.Attempts) + 1);
            foreach (var row in group)
                (row.Claimed, row.Counted, row.Attempts, row.Due) = (true, true, row.Attempts + 1, next);
        }
        return groups;
    }

    public List<List<Recipient>> ClaimExpired(DateTimeOffset now, int limit)
    {
        var expired = _recipients.Where(row => row.IsLeft && row.Expires <= now).ToList();
        var first = expired.OrderBy(row => row.Expires).ThenBy(row => row.Message).Select(row => row.Message).Distinct().Take(limit).ToHashSet();
        var groups = expired.Where(row => first.Contains(row.Message)).OrderBy(row => row.Message).ThenBy(row => row.Ordinal)
            .GroupBy(row => (row.Message, row.Key, row.Expires, row.Hold)).Select(group => group.ToList()).Take(limit).ToList();
        foreach (var row in groups.SelectMany(group => group))
            (row.Claimed, row.Counted) = (true, false);
        return groups;
    }

    public void Settle(Settlement settlement)
    {
        foreach (var result in settlement.Results)
        {
            var row = _recipients.Single(row => row.Message == settlement.Consignment.Message && row.Ordinal == result.Ordinal);
            if (result.Fate is RecipientFate.Delivered or RecipientFate.Failed)
            {
                _recipients.Remove(row);
                continue;
            }
            row.LastReply = result.LastReply ?? row.LastReply;
            if (result.Fate != RecipientFate.Noted)
                row.Claimed = false;
            row.Undeliverable = result.Fate == RecipientFate.Undeliverable;
            if (row.Undeliverable)
            {
                row.Hold = null;
                continue;
            }

            if (result.Fate == RecipientFate.Waiting)
            {
                row.Due = result.NextDue ?? row.Due;
                row.Attempts -= !result.CountAttempt && row.Counted ? 1 : 0;
            }
            row.Expires = result.Expires < row.Expires ? result.Expires.Value : row.Expires;
            row.Told |= result.DelayTold;
        }
        foreach (var spawned in settlement.Spawned)
            Accept(spawned);
    }

    public void Move(Consignment consignment, QueueKey to)
    {
        foreach (var recipient in consignment.Recipients)
            _recipients.Single(row => row.Message == consignment.Message && row.Ordinal == recipient.Ordinal).Key = to;
    }

    public bool HasMovable(QueueKey from, DateTimeOffset? triedBefore) => Movable(from, triedBefore).Any();

    private IEnumerable<Recipient> Movable(QueueKey from, DateTimeOffset? triedBefore) =>
        _recipients.Where(row => row.IsFree && row.Key == from && (row.Attempts == 0 || (triedBefore is { } before && row.Message < MessageId.At(before))));

    public int MoveWaiting(QueueKey from, QueueKey to, DateTimeOffset? triedBefore, int limit)
    {
        var moving = Movable(from, triedBefore)
            .OrderBy(row => row.Attempts > 0).ThenBy(row => row.Message).ThenBy(row => row.Ordinal).Take(limit).ToList();
        foreach (var row in moving)
            row.Key = to;
        return moving.Count;
    }

    public void Restart(DateTimeOffset now)
    {
        foreach (var row in _recipients.Where(row => row.Claimed))
            (row.Claimed, row.Counted, row.Due) = (false, false, row.Hold is null ? now : row.Due);
    }

    /// <summary>As an operator finds them: what waits by its time, then what is held.</summary>
    public List<Recipient> Find(QueueKey key, int limit) =>
        [.. _recipients.Where(row => row.IsFree && row.Key == key).OrderBy(row => row.Due).ThenBy(row => row.Message).ThenBy(row => row.Ordinal)
            .Concat(_recipients.Where(row => row.IsLeft && row.Hold is not null && row.Key == key).OrderBy(row => row.Message).ThenBy(row => row.Ordinal)).Take(limit)];

    public Recipient Of(RecipientId id) => _recipients.Single(row => row.Message == id.Message && row.Ordinal == id.Ordinal);
}
