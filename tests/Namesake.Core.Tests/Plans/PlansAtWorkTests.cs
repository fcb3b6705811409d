using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;

namespace Namesake.Core.Tests.Plans;

/// <summary>Orders for plans in one process: one at a time, whoever listens.</summary>
public sealed class PlansAtWorkTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 8, 15, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly TaskCompletionSource<PlanOutcome> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PlansAtWork _work;
    private Func<PlanOrder, CancellationToken, Task<PlanOutcome>> _carryOut;

    public PlansAtWorkTests()
    {
        _carryOut = (_, _) => _end.Task;
        _work = new PlansAtWork((order, cancellation) => _carryOut(order, cancellation), _time);
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetCanceled(TestContext.Current.CancellationToken);
        await _work.DisposeAsync();
    }

    [Fact]
    public async Task The_second_order_finds_the_first_in_its_way_until_that_has_ended()
    {
        var (first, second) = (PlanOf(1), PlanOf(2));
        Assert.NotNull(_work.Begin(Apply(first)).Begun);

        Assert.Equal(first.Id, _work.Begin(Apply(second)).InTheWay?.Order.Id);
        Assert.Equal(first.Id, _work.Begin(Apply(first)).InTheWay?.Order.Id);
        Assert.Equal(first.Id, _work.Begin(new PlanOrder.Undo(second, "zoe")).InTheWay?.Order.Id);

        _end.SetResult(new PlanOutcome(first.Id, PlanEnd.Applied, "done"));
        Assert.Equal("done", (await EndedAsync(first.Id)).Outcome!.Text);
        Assert.NotNull(_work.Begin(Apply(second)).Begun);
    }

    [Fact]
    public void An_undo_of_what_is_being_applied_is_taken_and_one_is_enough()
    {
        var plan = PlanOf(1);
        _work.Begin(Apply(plan));

        Assert.NotNull(_work.Begin(new PlanOrder.Undo(plan, "zoe")).Begun);
        Assert.IsType<PlanOrder.Undo>(_work.Begin(new PlanOrder.Undo(plan, "zoe")).InTheWay?.Order);
        Assert.IsType<PlanOrder.Undo>(_work.Of(plan.Id)?.Order);
    }

    [Fact]
    public async Task What_throws_ends_undecided_with_the_reason()
    {
        _carryOut = (_, _) => throw new IOException("the disk is full");
        var plan = PlanOf(1);
        _work.Begin(Apply(plan));

        var ended = await EndedAsync(plan.Id);

        Assert.Equal((PlanEnd.Undecided, "the disk is full"), (ended.Outcome!.End, ended.Outcome.Text));
    }

    [Fact]
    public async Task At_the_end_what_is_under_way_is_cancelled_waited_for_and_nothing_more_begun()
    {
        var plan = PlanOf(1);
        _carryOut = async (order, cancellation) =>
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (cancellation.Register(stopped.SetResult))
                await stopped.Task;
            return new PlanOutcome(order.Id, PlanEnd.Undone, "it was interrupted");
        };
        _work.Begin(Apply(plan));

        Assert.True(await _work.EndAsync());

        Assert.Equal(PlanEnd.Undone, _work.Of(plan.Id)?.Outcome?.End);
        Assert.Equal((null, null), _work.Begin(Apply(plan)));
    }

    [Fact]
    public async Task What_does_not_come_back_is_left_after_twenty_seconds()
    {
        _work.Begin(Apply(PlanOf(1)));

        var end = _work.EndAsync();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            await Task.Yield();
        }

        Assert.False(await end);
    }

    private async Task<PlanWork> EndedAsync(PlanId id)
    {
        while (_work.Of(id) is not { Ended: not null })
            await Task.Yield();
        return _work.Of(id)!;
    }

    private static PlanOrder.Apply Apply(Plan plan) => new(plan, new ApplyWish(), null, "ann");

    private static Plan PlanOf(ushort number) => new() { Id = PlanId.New(PlanKind.Dns, Now, number), Kind = PlanKind.Dns, Node = "relay1", MadeAt = Now, Steps = [], Limits = new PlanLimits() };
}
