using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>Thousands of operations in random order, restarts and power cuts among them; the spool must always be where the model is.</summary>
public abstract class RandomWalkContract(SpoolHouse house) : SpoolContract(house)
{
    private static readonly string[] Sources = ["acme-v4", "acme-v6", "acme-backup"];
    private static readonly string[] Domains = ["example.org", "example.net", "sink.example"];

    /// <summary>Operations of one walk.</summary>
    protected virtual int Steps => 1_000;

    private readonly SpoolModel _model = new();
    private readonly List<Consignment> _held = [];
    private readonly Dictionary<MessageId, DomainName> _domains = [];
    private Random _random = new(0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_spool_is_always_where_the_model_is(int seed)
    {
        _random = new Random(seed);
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync(_random.Next(100));
            if (step % 100 == 99)
                await CompareAsync($"seed {seed}, step {step}");
        }
        await House.CrashAsync();
        _model.Restart(Now);
        await CompareAsync($"seed {seed}, at the end");
    }

    private Task StepAsync(int choice) => choice switch
    {
        < 25 => AcceptAsync(),
        < 35 => AdvanceAsync(),
        < 50 => ClaimAsync(),
        < 78 => SettleAsync(),
        < 82 => MoveAsync(),
        < 85 => MoveWaitingAsync(),
        < 89 => ControlAsync(),
        < 93 => ExpireAsync(),
        < 97 => TellAsync(),
        _ => RestartAsync(),
    };

    private QueueKey AnyKey() => Key(Sources[_random.Next(Sources.Length)], Domains[_random.Next(Domains.Length)]);

    private RecipientFate AnyFate() => _random.Next(8) switch
    {
        0 => RecipientFate.Undeliverable,
        1 => RecipientFate.Failed,
        2 or 3 => RecipientFate.Delivered,
        _ => RecipientFate.Waiting,
    };

    private bool Toss() => _random.Next(2) == 0;

    private NewMessage AnyMail()
    {
        var recipients = _random.Next(1, 6);
        var parts = Enumerable.Range(0, recipients).GroupBy(_ => AnyKey()).ToList();
        var mail = Mail(parts[0].Key, recipients: recipients, life: TimeSpan.FromHours(_random.Next(1, 12)), content: new byte[_random.Next(3) == 0 ? 300_000 : 500]);
        _domains[mail.Id] = parts[0].Key.Domain; // whose addresses it has; which queue they wait in is another matter
        return mail with { Consignments = [.. parts.Select(part => new NewConsignment(part.Key, [.. part], Toss(), Now.AddMinutes(_random.Next(-5, 60))))] };
    }

    private async Task AcceptAsync()
    {
        var mail = AnyMail();
        var accepted = await Spool.AcceptAsync(mail);
        _model.Accept(mail);
        Assert.Equal(mail.Consignments.Select(consignment => (consignment.Key, consignment.Claimed)), accepted.Select(consignment => (consignment.Key, consignment.Claimed)));
        _held.AddRange(accepted.Where(consignment => consignment.Claimed));
    }

    private Task AdvanceAsync()
    {
        House.Time.Advance(TimeSpan.FromMinutes(_random.Next(1, 90)));
        return Task.CompletedTask;
    }

    private async Task ClaimAsync()
    {
        var due = await DueAsync();
        var expected = _model.DueQueues(Now).ToHashSet();
        Assert.Superset(expected, due.Select(queue => queue.Key).ToHashSet());
        var perQueue = _random.Next(1, 8);
        DateTimeOffset Next(MessageId message, int attempts) => Now.AddMinutes((attempts * 10) + (message.Value % 7));

        var claimed = await Spool.ClaimAsync([.. due.Select(queue => queue.Id)], Now, perQueue, Next);

        Expect(due.SelectMany(queue => _model.Claim(queue.Key, Now, perQueue, Next)), claimed);
        _held.AddRange(claimed);
        Assert.Equal(_model.DueQueues(Now).Select(key => key.ToString()).Order(), (await DueAsync()).Select(queue => queue.Key.ToString()).Order());
    }

    private async Task ExpireAsync()
    {
        var limit = _random.Next(1, 20);

        var claimed = await Spool.ClaimExpiredAsync(Now, limit);

        Expect(_model.ClaimExpired(Now, limit), claimed);
        _held.AddRange(claimed);
    }

    private static void Expect(IEnumerable<List<SpoolModel.Recipient>> expected, ImmutableArray<Consignment> claimed) =>
        Assert.Equal(
            expected.Select(group => (group[0].Message, group[0].Key, string.Join(' ', group.Select(row => $"{row.Ordinal}:{row.Attempts}:{row.LastReply}:{row.Told}")), group.Min(row => row.Due), group[0].Expires)),
            claimed.Select(found => (found.Message, found.Key, string.Join(' ', found.Recipients.Select(row => $"{row.Ordinal}:{row.Attempts}:{row.LastReply}:{row.DelayTold}")), found.Due, found.Expires)));

    private async Task SettleAsync()
    {
        if (_held.Count == 0)
            return;
        var consignment = _held[_random.Next(_held.Count)];
        var recipients = consignment.Recipients.RemoveAll(_ => _random.Next(4) == 0);
        var results = recipients.Select(recipient => new RecipientResult(
            recipient.Ordinal,
            AnyFate(),
            Toss() ? $"4{_random.Next(10)}0 reply" : null,
            Toss() ? Now.AddMinutes(_random.Next(-10, 120)) : null,
            CountAttempt: Toss(),
            Expires: _random.Next(5) == 0 ? Now.AddHours(_random.Next(1, 20)) : null,
            DelayTold: _random.Next(4) == 0)).ToImmutableArray();
        var settlement = new Settlement(consignment, results, Toss() ? Event(consignment, Now) : null, _random.Next(6) == 0 && !results.IsEmpty ? [AnyMail()] : []);

        var spawned = await Spool.SettleAsync(settlement);
        if (_random.Next(5) == 0 && !results.IsEmpty)
            await Spool.SettleAsync(settlement); // as after an unknown outcome: happens once

        _model.Settle(settlement);
        _held.AddRange(spawned.Where(found => found.Claimed));
        _held.Remove(consignment);
        var left = consignment.Recipients.RemoveAll(recipient => results.Any(result => result.Ordinal == recipient.Ordinal));
        if (!left.IsEmpty)
            _held.Add(consignment with { Recipients = left });
    }

    private async Task MoveAsync()
    {
        if (_held.Count == 0)
            return;
        var consignment = _held[_random.Next(_held.Count)];
        if (consignment.Hold is not null)
            return; // only what is sent moves by hand
        var to = consignment.Key with { Source = new SourceId(Sources[_random.Next(Sources.Length)]) };

        var moved = await Spool.MoveAsync(consignment, to.Source);

        Assert.Equal(to, moved.Key);
        _model.Move(consignment, to);
        _held.Remove(consignment);
        _held.Add(moved);
    }

    private async Task MoveWaitingAsync()
    {
        var queues = await View.QueuesAsync(All, First, 100, Cancellation);
        if (queues.IsEmpty)
            return;
        var from = queues[_random.Next(queues.Length)];
        var to = from.Key with { Source = new SourceId(Sources[_random.Next(Sources.Length)]) };
        DateTimeOffset? triedBefore = Toss() ? Now.AddHours(-_random.Next(4)) : null;
        var limit = _random.Next(1, 30);

        Assert.Equal(
            queues.Select(queue => queue.Id).Where(id => _model.HasMovable(queues.Single(queue => queue.Id == id).Key, triedBefore)),
            (await Spool.WithMovableAsync([.. queues.Select(queue => (queue.Id, triedBefore))])).OrderBy(id => id.Value));
        var moved = await Spool.MoveWaitingAsync(from.Id, to.Source, triedBefore, limit);

        Assert.Equal(to == from.Key ? 0 : _model.MoveWaiting(from.Key, to, triedBefore, limit), moved);
    }

    // What operators do: some of what is found in a queue is held, released, made due, moved or taken to be ended.
    private async Task ControlAsync()
    {
        var control = (IQueueControl)Spool;
        var queues = await View.QueuesAsync(All, First, 100, Cancellation);
        if (queues.IsEmpty)
            return;
        var queue = queues[_random.Next(queues.Length)];
        var page = await control.FindAsync(queue.Id, All, Now, null, _random.Next(1, 20), Cancellation);
        var expected = _model.Find(queue.Key, page.Recipients.Length);
        Assert.Equal(expected.Select(row => (row.Message, row.Ordinal, row.Hold is not null)), page.Recipients.Select(row => (row.Id.Message, row.Id.Ordinal, row.State == RecipientState.Held)));
        if (page.Recipients.IsEmpty)
            return;
        var ids = page.Recipients.Select(row => row.Id).Where(_ => _random.Next(4) > 0).Prepend(page.Recipients[0].Id).Distinct().ToImmutableArray();
        var rows = ids.Select(_model.Of).ToList();
        switch (_random.Next(6))
        {
            case 0 or 1:
                var hold = new MailHold(new HoldId(Spool.NextId().Value), "kept back", "ann", Now, null);
                Assert.Equal(rows.Count(row => row.Hold is null), await control.HoldAsync(queue.Id, ids, hold));
                rows.ForEach(row => row.Hold ??= hold);
                break;
            case 2:
                Assert.Equal(rows.Count(row => row.Hold is not null), await control.ReleaseAsync(queue.Id, ids));
                rows.ForEach(row => row.Hold = null);
                break;
            case 3:
                var later = rows.FindAll(row => row.Hold is null && row.Due > Now);
                Assert.Equal(later.Count, await control.RetryAsync(queue.Id, ids, Now));
                later.ForEach(row => row.Due = Now);
                break;
            case 4:
                var to = queue.Key with { Source = new SourceId(Sources[_random.Next(Sources.Length)]) };
                Assert.Equal(to == queue.Key ? 0 : rows.Count, await control.MoveAsync(queue.Id, ids, to.Source));
                rows.ForEach(row => row.Key = to);
                break;
            default:
                var taken = await control.TakeAsync(queue.Id, ids);
                Assert.Equal(rows.Count, taken.Sum(consignment => consignment.Recipients.Length));
                rows.ForEach(row => (row.Claimed, row.Counted) = (true, false));
                _held.AddRange(taken);
                break;
        }
    }

    private async Task TellAsync()
    {
        var late = await Spool.UntoldDelaysAsync(Now.AddDays(-1), Now.AddHours(-2), 5);
        var expected = _model.Recipients.Where(row => row is { IsLeft: true, Told: false } && row.Message < MessageId.At(Now.AddHours(-2)) && row.Message >= MessageId.At(Now.AddDays(-1)))
            .Select(row => row.Message).Distinct().Order();
        Assert.Equal(expected.Take(late.Select(found => found.Message).Distinct().Count()), late.Select(found => found.Message).Distinct());
        Assert.Equal(expected.Any(), !late.IsEmpty);
        foreach (var consignment in late)
        {
            await Spool.SettleAsync(new Settlement(
                consignment, [.. consignment.Recipients.Select(row => new RecipientResult(row.Ordinal, RecipientFate.Noted, null, DelayTold: true))], null, []));
            foreach (var row in _model.Recipients.Where(row => row.Message == consignment.Message && consignment.Recipients.Any(found => found.Ordinal == row.Ordinal)))
                row.Told = true;
        }
    }

    private async Task RestartAsync()
    {
        await (Toss() ? House.RestartAsync() : House.CrashAsync());
        _model.Restart(Now);
        _held.Clear();
    }

    private async Task CompareAsync(string where)
    {
        var totals = await View.TotalsAsync(Cancellation);
        Assert.Equal(
            (where, _model.Messages.LongCount(), _model.Recipients.LongCount(row => !row.Undeliverable), _model.Recipients.LongCount(row => row.Undeliverable)),
            (where, totals.Messages, totals.Recipients, totals.Undeliverable));
        var queues = await View.QueuesAsync(All, First, 1_000, Cancellation);
        Assert.Equal(
            _model.Recipients.Where(row => !row.Undeliverable).GroupBy(row => row.Key).Select(group => $"{group.Key} {group.Count()} {group.Count(row => row.Hold is not null)}").Order(),
            queues.Select(queue => $"{queue.Key} {queue.Waiting} {queue.Held}").Order());
        foreach (var queue in queues)
        {
            var free = _model.Recipients.Where(row => row.IsFree && row.Key == queue.Key).ToList();
            Assert.True(free.Count == 0 || queue.EarliestDue <= free.Min(row => row.Due), $"{where}: {queue.Key} is due too late");
        }
        foreach (var message in _model.Messages)
        {
            var details = await View.MessageAsync(message, Cancellation);
            Assert.Equal(
                _model.Recipients.Where(row => row.Message == message).OrderBy(row => row.Ordinal).Select(row => new RecipientDetails(
                    Address(row), row.Key.Source, row.Undeliverable ? "undeliverable" : row.Claimed ? "claimed" : row.Hold is null ? "waiting" : "held", row.Attempts,
                    row.Undeliverable ? null : row.Due, row.Expires, row.LastReply) { Hold = row.Hold }),
                details!.Recipients);
            Assert.Equal(details.Summary!.Size, (await ContentAsync(message)).Length);
        }
    }

    private string Address(SpoolModel.Recipient row) => $"r{row.Ordinal}@{_domains[row.Message]}";
}
