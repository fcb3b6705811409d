using System.Collections.Concurrent;
using Namesake.Core.Dns;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>When the watch asks the outside: held lanes on their back-off, witnesses when a proof grows old or is disputed.</summary>
public sealed class WatchEchoTests : RunningWatch
{
    [Fact]
    public async Task A_held_lane_is_asked_on_a_back_off_from_30_seconds_to_15_minutes()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Running.Outside.Sees("mx.proxied.example", "198.51.100.7");
        var start = Running.Now;
        Running.Sight("acme", "mx.proxied.example", "198.51.100.7");
        var times = await AskedAsync("mx.proxied.example", TimeSpan.FromHours(2));
        Assert.Equal([30, 60, 120, 240, 480, 900, 900], times.Take(7).Zip(times.Prepend(start), (at, before) => (at - before).TotalSeconds).ToArray());
        Running.Outside.SeesRight("mx.proxied.example");
        await PassAsync(TimeSpan.FromMinutes(15));
        Assert.Null(Running.LaneHold("acme", "mx.proxied.example"));
        Assert.Empty(await AskedAsync("mx.proxied.example", TimeSpan.FromHours(2)));
    }

    [Fact]
    public async Task A_lane_that_flaps_needs_three_in_a_row_half_a_minute_apart()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Running.Outside.SeesRight("mx.nat.example");
        Running.Sight("acme", "mx.nat.example", "198.51.100.7");
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.Null(Running.LaneHold("acme", "mx.nat.example"));
        Running.Sight("acme", "mx.nat.example", "198.51.100.7");
        var times = await AskedAsync("mx.nat.example", TimeSpan.FromMinutes(5));
        Assert.Equal(3, times.Count);
        Assert.Null(Running.LaneHold("acme", "mx.nat.example"));
    }

    [Fact]
    public async Task A_host_that_moved_is_asked_at_its_new_address()
    {
        await RunAsync(Acme(), dns =>
        {
            dns.Identity("203.0.113.5", "mail.acme.example");
            dns.Set("mx.moved.example", RecordType.A, "198.18.7.7");
        });
        var hops = new ConcurrentQueue<string>();
        Running.Outside.At = hop => hops.Enqueue(hop.Address.ToString());
        Running.Sight("acme", "mx.moved.example", "198.51.100.7", address: "198.18.0.25");
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["198.18.0.25", "198.18.7.7"], hops);
    }

    [Fact]
    public async Task A_mismatch_has_all_witnesses_asked_at_once_and_the_source_held_within_the_minute()
    {
        await RunTranslatedAsync();
        foreach (var host in new[] { "mx.witness.example", "mx.other.example" })
            Running.Outside.Sees(host, "198.51.100.1");
        Running.Outside.Asked.Clear();
        Running.Sight("nat", "mx.receiver.example", "198.51.100.1", address: "192.0.2.25");
        await Running.Watch.SettledAsync();
        Assert.Equal(["mx.other.example", "mx.witness.example"], Running.Outside.Asked.Select(asked => asked.Host).Order());
        Assert.Equal("EG-01", Running.Of("nat").Hold?.Check);

        foreach (var host in new[] { "mx.witness.example", "mx.other.example", "mx.receiver.example" })
            Running.Outside.SeesRight(host);
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.True(Running.Of("nat").IsOpen);
        Assert.Null(Running.LaneHold("nat", "mx.receiver.example"));
    }

    [Fact]
    public async Task A_contradiction_heard_when_the_proof_is_renewed_has_the_others_asked_too()
    {
        await RunTranslatedAsync();
        foreach (var host in new[] { "mx.witness.example", "mx.other.example" })
            Running.Outside.Sees(host, "198.51.100.1");
        Running.Outside.Asked.Clear();
        await PassAsync(TimeSpan.FromMinutes(15));
        Assert.Equal(2, Running.Outside.Asked.Count);
        Assert.Equal("EG-01", Running.Of("nat").Hold?.Check);
    }

    [Fact]
    public async Task A_source_proven_by_witnesses_asks_one_of_them_when_its_proof_grows_old()
    {
        await RunTranslatedAsync();
        Running.Outside.Asked.Clear();
        await PassAsync(TimeSpan.FromHours(2));
        Assert.InRange(Running.Outside.Asked.Count, 7, 8);
        Assert.Equal(2, Running.Outside.Asked.Select(asked => asked.Host).Distinct().Count()); // in turn
        Assert.True(Running.Now - Running.Of("nat").Proof!.At <= TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Behind_a_translation_a_refusal_has_the_witnesses_asked()
    {
        await RunTranslatedAsync();
        Running.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var host in new[] { "mx.witness.example", "mx.other.example" })
            Running.Outside.Sees(host, "198.51.100.1");
        Running.Ledger.RefusedForIdentity(Scene.Refusal("nat", "silent.example", "550 5.7.25 PTR does not match"));
        await Running.Watch.SettledAsync();
        Assert.Equal("EG-01", Running.Of("nat").Hold?.Check);
    }

    [Fact]
    public async Task Traffic_that_echoes_spares_the_witnesses()
    {
        await RunTranslatedAsync();
        Running.Outside.Asked.Clear();
        for (var minute = 0; minute < 120; minute += 10)
        {
            Running.Sight("nat", "mx.google.com", "203.0.113.5");
            await PassAsync(TimeSpan.FromMinutes(10));
        }
        Assert.True(Running.Outside.Asked.Count <= 1);
    }

    [Fact]
    public async Task A_translated_source_without_proof_asks_every_minute()
    {
        await RunTranslatedAsync(scene =>
        {
            scene.Outside.IsGone(Scenes.Witness);
            scene.Outside.IsGone(Scenes.OtherWitness);
        });
        Assert.Equal("unproven", Running.Of("nat").Hold?.Reason);
        await PassAsync(TimeSpan.FromMinutes(30));
        Running.Outside.SeesRight("mx.other.example");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(Running.Of("nat").IsOpen);
    }

    [Fact]
    public async Task Questions_of_many_sessions_share_one_round_of_witnesses()
    {
        await RunTranslatedAsync();
        Running.Outside.Asked.Clear();
        var gate = new TaskCompletionSource();
        Running.Outside.Until = gate.Task;
        var questions = Enumerable.Range(0, 50).Select(_ => Running.Watch.AskAsync(new SourceId("nat"), CancellationToken.None)).ToList();
        Assert.All(questions, question => Assert.False(question.IsCompleted));
        gate.SetResult();
        await Task.WhenAll(questions);
        Assert.Equal(2, Running.Outside.Asked.Count);
    }

    [Fact]
    public async Task A_source_the_outside_holds_asks_through_few_lanes_only()
    {
        await RunAsync([.. Acme(), Scene.Source("beta", "203.0.113.6", "mail.beta.example")], dns =>
        {
            dns.Identity("203.0.113.5", "mail.acme.example");
            dns.Identity("203.0.113.6", "mail.beta.example");
        });
        for (var i = 0; i < 40; i++)
        {
            Running.Outside.Sees($"mx.site{i}.example", "203.0.113.6");
            Running.Sight("acme", $"mx.site{i}.example", "203.0.113.6", address: $"198.18.{i}.25");
        }
        Assert.Equal("EG-01", Running.Of("acme").Hold?.Check);
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.InRange(Running.Outside.Asked.Select(asked => asked.Host).Distinct().Count(), 1, 3);
        for (var i = 0; i < 40; i++)
            Running.Outside.SeesRight($"mx.site{i}.example");
        await PassAsync(TimeSpan.FromMinutes(2));
        Assert.True(Running.Of("acme").IsOpen);
        Assert.Empty(Running.Ledger.LaneHolds);
    }

    [Fact]
    public async Task Held_lanes_are_asked_again_after_a_restart()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Running.Sight("acme", "mx.example.org", "198.51.100.7");
        await StopAsync();
        var after = await Running.RestartAsync();
        after.Outside.SeesRight("mx.example.org");
        after.Clock.Advance(TimeSpan.FromSeconds(1));
        using var stop = new CancellationTokenSource();
        var running = after.Watch.RunAsync(stop.Token);
        await after.Watch.SettledAsync();
        Assert.Null(after.LaneHold("acme", "mx.example.org"));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_probe_that_throws_is_tried_again_and_stops_nobody()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Running.Outside.Sees("mx.example.org", _ => throw new InvalidOperationException("a bug"));
        Running.Sight("acme", "mx.example.org", "198.51.100.7");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.NotNull(Running.LaneHold("acme", "mx.example.org"));
        Running.Outside.SeesRight("mx.example.org");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Null(Running.LaneHold("acme", "mx.example.org"));
    }
}
