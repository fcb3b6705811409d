using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity.Leases;

/// <summary>Two nodes and a database between which requests and answers are late, lost or both, on machines whose clocks disagree: never do both believe to hold one source.</summary>
public sealed class AnyWireTests
{
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private static readonly SourceId Source = new("acme");

    private enum Deed
    {
        Ask,
        Arrive,
        Return,
        Lose,
        Wait,
    }

    /// <summary>Enough that a lease which counts from its answer is found out in every run.</summary>
    private const int Walks = 3_000;

    private static readonly Deed[] Deeds = [Deed.Ask, Deed.Ask, Deed.Arrive, Deed.Arrive, Deed.Return, Deed.Return, Deed.Lose, Deed.Wait, Deed.Wait, Deed.Wait];

    private static readonly Gen<(Deed Deed, int Node, int Milliseconds)[]> Histories =
        Gen.Select(Gen.Int[0, Deeds.Length - 1].Select(i => Deeds[i]), Gen.Int[0, 1], Gen.Int[1, 12_000]).Array[20, 120];

    [Fact]
    public Task Two_nodes_never_hold_one_source_whatever_happens_to_requests_answers_and_clocks() =>
        Gen.Select(Histories, Gen.Double[0.998, 1.002], Gen.Double[0.998, 1.002]).SampleAsync(async (history, one, two) =>
        {
            var world = new World(one, two);
            foreach (var (deed, node, milliseconds) in history)
            {
                await world.PlayAsync(deed, node, TimeSpan.FromMilliseconds(milliseconds));
                Assert.False(world.Books[0].Holds(Source) && world.Books[1].Holds(Source), $"both hold it after {deed}");
            }
        }, iter: Walks);

    [Fact]
    public Task When_everything_is_answered_again_one_of_them_holds_it() =>
        Histories.SampleAsync(async history =>
        {
            var world = new World(1, 1);
            foreach (var (deed, node, milliseconds) in history)
                await world.PlayAsync(deed, node, TimeSpan.FromMilliseconds(milliseconds));

            for (var node = 0; node < 2; node++)
                await world.PlayAsync(Deed.Lose, node, TimeSpan.Zero);
            world.Truth.Advance(Term);
            for (var turn = 0; turn < 4; turn++)
                foreach (var deed in (Deed[])[Deed.Ask, Deed.Arrive, Deed.Return])
                    await world.PlayAsync(deed, turn % 2, TimeSpan.Zero);

            Assert.True(world.Books[0].Holds(Source) ^ world.Books[1].Holds(Source));
        });

    private sealed class World
    {
        private readonly LeaseServer.Node[] _nodes;
        private readonly Task[] _asking = [Task.CompletedTask, Task.CompletedTask];

        public World(double one, double two)
        {
            var server = new LeaseServer(Truth, Term);
            _nodes = [server.Join("relay1"), server.Join("relay2")];
            TimeProvider[] clocks = [new PacedTime(Truth, one, TimeSpan.FromMinutes(20)), new PacedTime(Truth, two, TimeSpan.FromHours(-5))];
            var sources = new SourceDirectory([Scene.Source("acme", "203.0.113.5", "mail.acme.example")]);
            Books = [.. _nodes.Select((node, i) => new LeaseBook(node, () => sources, node.Name, clocks[i], NullLogger.Instance))];
        }

        public FakeTimeProvider Truth { get; } = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));

        public LeaseBook[] Books { get; }

        public async Task PlayAsync(Deed deed, int node, TimeSpan wait)
        {
            var asked = _asking[node].IsCompleted ? null : _nodes[node].Asked;
            switch (deed)
            {
                case Deed.Ask when asked is null:
                    _asking[node] = Books[node].AskAsync(CancellationToken.None);
                    break;
                case Deed.Arrive:
                    asked?.Arrive();
                    break;
                case Deed.Return when asked is { HasArrived: true }:
                    asked.Return();
                    await _asking[node];
                    break;
                case Deed.Lose when asked is not null:
                    asked.Lose();
                    await _asking[node];
                    break;
                case Deed.Wait:
                    Truth.Advance(wait);
                    break;
            }
        }
    }
}
