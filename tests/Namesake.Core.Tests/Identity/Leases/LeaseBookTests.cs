using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity.Leases;

public sealed class LeaseBookTests : IDisposable
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private static readonly SourceId Acme = new("acme");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly LeaseServer _server;
    private readonly LeaseServer.Node _node;
    private readonly LeaseBook _book;
    private readonly List<SourceId> _changed = [];
    private SourceDirectory _sources = new([Scene.Source("acme", "203.0.113.5", "mail.acme.example")]);

    public LeaseBookTests()
    {
        _server = new LeaseServer(_time, Term);
        _node = _server.Join("relay1");
        _book = new LeaseBook(_node, () => _sources, "relay1", _time, NullLogger.Instance);
        _book.Changed += _changed.Add;
    }

    public void Dispose() => _book.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_counts_from_before_it_was_asked_for_and_ends_a_tenth_early()
    {
        var asking = _book.AskAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(8));
        _node.Asked!.Arrive();
        _time.Advance(TimeSpan.FromSeconds(8));
        _node.Asked.Return();
        await asking;
        Assert.True(_book.Holds(Acme));

        _time.Advance(TimeSpan.FromSeconds(11) - TimeSpan.FromTicks(1));
        Assert.True(_book.Holds(Acme));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.False(_book.Holds(Acme)); // the database would wait until the 38th second
    }

    [Fact]
    public async Task What_other_nodes_said_is_heard_with_each_renewal_and_no_renewal_waits_for_it()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        _node.IsNear = true;
        var (heard, third) = (0, new TaskCompletionSource());
        _book.Hearing = _ => ++heard == 3 ? third.Task : Task.CompletedTask;
        var running = _book.RunAsync(stop.Token);
        for (var i = 2; i <= 3; i++)
            await PassAsync(TimeSpan.FromSeconds(10), () => heard == i);
        for (var i = 0; i < 5; i++)
        {
            var before = _node.Asked;
            await PassAsync(TimeSpan.FromSeconds(10), () => _node.Asked != before);
            Assert.Equal((true, 3), (_book.Holds(Acme), heard));
        }

        third.SetException(new IOException("the database is away"));
        await PassAsync(TimeSpan.FromSeconds(10), () => heard == 4);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_source_is_not_ours_before_it_is_known_what_was_said_elsewhere()
    {
        _node.IsNear = true;
        var isAway = true;
        _book.TakingOver = (_, _) => Task.CompletedTask;
        _book.Hearing = _ => isAway ? Task.FromException(new IOException("the database is away")) : Task.CompletedTask;

        await _book.AskAsync(Cancellation);
        Assert.False(_book.Holds(Acme));

        isAway = false;
        await _book.AskAsync(Cancellation);
        Assert.True(_book.Holds(Acme));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_grants_nothing()
    {
        var asking = _book.AskAsync(Cancellation);
        _node.Asked!.Arrive();
        _time.Advance(TimeSpan.FromSeconds(27));
        _node.Asked.Return();
        await asking;

        Assert.False(_book.Holds(Acme));
    }

    [Fact]
    public async Task It_is_renewed_three_times_a_term_and_every_second_while_that_fails()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        _node.IsNear = true;
        var running = _book.RunAsync(stop.Token);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(_book.Holds(Acme));
            var before = _node.Asked;
            await PassAsync(TimeSpan.FromSeconds(10), () => _node.Asked != before);
        }

        _node.IsNear = false;
        var last = _node.Asked;
        await PassAsync(TimeSpan.FromSeconds(10), () => _node.Asked != last);
        for (var i = 0; i < 5; i++)
        {
            var lost = _node.Asked!;
            lost.Lose();
            await PassAsync(TimeSpan.FromSeconds(1), () => _node.Asked != lost);
        }

        _node.Asked!.Lose();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task The_end_is_told_when_it_comes_although_nobody_answers()
    {
        await AskAsync();
        Assert.Equal([Acme], _changed);
        _ = _book.AskAsync(Cancellation); // and hangs

        _time.Advance(TimeSpan.FromSeconds(27));

        Assert.Equal([Acme, Acme], _changed);
        var hold = _book.HoldOf(Acme)!;
        Assert.Equal(("FB-08", "no-lease", "this node's lease has run out, the database did not renew it", "relay1 alone holds it"), (hold.Check, hold.Reason, hold.Seen, hold.Expected));
        Assert.Equal(_time.GetUtcNow(), hold.Since);
    }

    [Fact]
    public async Task Who_holds_it_since_when_until_when_and_what_to_do_stands_in_the_hold()
    {
        var second = _server.Join("relay2");
        second.IsNear = true;
        using var other = new LeaseBook(second, () => _sources, "relay2", _time, NullLogger.Instance);
        await AskAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await AskAsync();

        await other.AskAsync(Cancellation);

        var hold = other.HoldOf(Acme)!;
        Assert.Equal("relay1 holds it since 2026-08-01 12:00:00 UTC, until 12:00:35 unless renewed", hold.Seen);
        Assert.Equal("ends by itself when relay1 stops or is silent for so long; where both are to run, take acme out of the configuration of one of them", hold.EndsWhen);
        Assert.Equal("another machine may be sending from the address your mail leaves from (FB-08)", hold.ToSender());
    }

    [Fact]
    public async Task After_time_that_nobody_counted_nothing_is_ours_until_the_database_says_so()
    {
        await AskAsync();
        var asked = _book.AskAsync(Cancellation);
        _node.Asked!.Arrive();

        _book.Doubt();
        Assert.False(_book.Holds(Acme));
        var before = _node.Asked;
        _node.IsNear = true; // what the doubt itself asks comes when it likes, once this one is answered
        before.Return(); // asked before
        Assert.Equal(TimeSpan.Zero, await asked);

        await _book.AskAsync(Cancellation);
        Assert.True(_book.Holds(Acme));
    }

    [Fact]
    public async Task Where_nobody_else_can_hold_them_all_sources_are_ours_at_once_and_for_good()
    {
        using var alone = new LeaseBook(new Alone(), () => _sources, "relay1", _time, NullLogger.Instance);
        await alone.StartAsync(Cancellation);
        Assert.True(alone.Holds(Acme));

        _sources = new SourceDirectory([Scene.Source("acme", "203.0.113.5", "mail.acme.example"), Scene.Source("bravo", "203.0.113.6", "mail.bravo.example")]);
        alone.Reconfigured();
        Assert.True(alone.Holds(new SourceId("bravo")));
        alone.Doubt();
        _time.Advance(TimeSpan.FromDays(100));

        Assert.True(alone.Holds(Acme));
        Assert.Null(alone.LeaseOf(Acme));
    }

    [Fact]
    public async Task What_is_configured_no_more_is_asked_for_no_more()
    {
        await AskAsync();
        _sources = new SourceDirectory([]);
        await AskAsync();
        Assert.False(_book.Holds(Acme));

        var second = _server.Join("relay2");
        second.IsNear = true;
        using var other = new LeaseBook(second, () => new SourceDirectory([Scene.Source("acme", "203.0.113.5", "mail.acme.example")]), "relay2", _time, NullLogger.Instance);
        await other.AskAsync(Cancellation);
        Assert.False(other.Holds(Acme));
        _time.Advance(Term);
        await other.AskAsync(Cancellation);

        Assert.True(other.Holds(Acme));
    }

    private async Task AskAsync()
    {
        var asking = _book.AskAsync(Cancellation);
        _node.Asked!.Arrive();
        _node.Asked.Return();
        await asking;
    }

    /// <summary>Moves the clock in small steps until it has happened: whoever waits may not have begun to.</summary>
    private async Task PassAsync(TimeSpan span, Func<bool> happened)
    {
        for (var passed = TimeSpan.Zero; passed < span || !happened(); passed += span / 10)
        {
            _time.Advance(span / 10);
            await Task.Yield();
            Assert.True(passed < span * 20, "it never happened");
        }
    }

    private sealed class Alone : ISourceLeases
    {
        public Task<LeaseAnswer> HoldAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation) => Task.FromResult(LeaseAnswer.Alone);
    }
}
