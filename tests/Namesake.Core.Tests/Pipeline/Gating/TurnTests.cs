using CsCheck;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class TurnTests
{
    [Fact]
    public void A_newcomer_goes_first_once()
    {
        var turn = new Turn<string>();
        turn.Join("old");
        Serve(turn, 10 * Cost.Quantum);
        turn.Join("new");

        Assert.Equal("new", Serve(turn, Cost.Quantum));
        Assert.Equal("new", Serve(turn, 1)); // The old one owes nine rounds.
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Coming_and_going_makes_nobody_a_newcomer_again(int quanta)
    {
        var turn = new Turn<string>(quanta * Cost.Quantum);
        turn.Join("steady");
        var served = 0;
        for (var i = 0; i < 1000; i++)
        {
            turn.Join("flapping");
            if (Serve(turn, Cost.Quantum) == "steady")
                served++;
            turn.Leave("flapping");
        }

        Assert.InRange(served, 499 - quanta, 1000);
    }

    [Fact]
    public void What_costs_more_is_served_less_often()
    {
        var turn = new Turn<string>();
        turn.Join("heavy");
        turn.Join("light");
        var count = new Dictionary<string, int> { ["heavy"] = 0, ["light"] = 0 };
        for (var i = 0; i < 1100; i++)
        {
            Assert.True(turn.TryFront(out var key));
            count[key]++;
            turn.Charge(key, key == "heavy" ? 10 * Cost.Quantum : Cost.Quantum);
        }

        Assert.InRange(count["heavy"], 95, 105);
    }

    [Fact]
    public void A_hundred_thousand_newcomers_leave_a_quarter_to_who_was_there()
    {
        var turn = new Turn<string>(advance: 10 * Cost.Quantum);
        turn.Join("standing", 5 * Cost.Quantum);
        var served = 0;
        for (var i = 0; i < 4_000; i++)
        {
            turn.Join($"new{i}");
            var key = Serve(turn, Cost.Quantum);
            if (key == "standing")
                served++;
            else
                turn.Leave(key);
        }

        Assert.InRange(served, 900, 1_400);
    }

    [Fact]
    public void Newcomers_take_turns_among_themselves()
    {
        var turn = new Turn<string>(advance: 5 * Cost.Quantum);
        turn.Join("a");
        turn.Join("b");

        Assert.Equal(["a", "b", "a", "b", "a", "b"], Enumerable.Range(0, 6).Select(_ => Serve(turn, Cost.Quantum)));
    }

    [Fact]
    public void Who_leaves_for_a_moment_is_still_new()
    {
        var turn = new Turn<string>(advance: 5 * Cost.Quantum);
        turn.Join("steady", 10 * Cost.Quantum);
        turn.Join("fresh");
        Serve(turn, Cost.Quantum);
        turn.Leave("fresh");
        Assert.Equal("steady", Serve(turn, 1));
        turn.Join("fresh");

        Assert.Equal("fresh", Serve(turn, Cost.Quantum));
    }

    /// <summary>Whoever comes, goes and is served at whatever cost: who waits all the time gets, but for one turn and the largest service, what anybody gets.</summary>
    [Fact]
    public void Nobody_who_waits_all_the_time_gets_less_than_another() =>
        Gen.Select(Gen.Int[0, 12], Gen.Select(Gen.Int[0, 7], Gen.Int[1, 500_000]).Array[200, 600]).Sample((quanta, steps) =>
        {
            var turn = new Turn<int>(quanta * Cost.Quantum);
            var got = new long[5];
            turn.Join(0);
            foreach (var (step, cost) in steps)
            {
                if (step is >= 1 and <= 4)
                    turn.Join(step);
                else if (step >= 5)
                    turn.Leave(step - 4);
                if (!turn.TryFront(out var key) || !turn.Keys.Contains(key))
                    return false;
                got[key] += cost;
                turn.Charge(key, cost);
            }

            return got.All(other => other <= got[0] + (4 * (Cost.Quantum + 500_000)) + (quanta * Cost.Quantum));
        });

    private static string Serve(Turn<string> turn, long cost)
    {
        Assert.True(turn.TryFront(out var key));
        turn.Charge(key, cost);
        return key;
    }
}
