using System.Collections.Concurrent;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>The watch as it really runs, on a clock the test moves from one due time to the next.</summary>
public sealed class WatchTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Scene _scene = null!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [Fact]
    public async Task A_source_is_proven_by_itself_at_the_start()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Assert.Equal(Verdict.Aligned, _scene.Of("acme").Verdict);
    }

    [Fact]
    public async Task A_new_brand_sends_within_a_minute_of_its_dns_being_right()
    {
        await RunAsync(Acme(), _ => { });
        Assert.False(_scene.Of("acme").IsOpen);
        await PassAsync(TimeSpan.FromHours(1));
        _scene.Dns.Identity("203.0.113.5", "mail.acme.example");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(_scene.Of("acme").IsOpen);
    }

    [Theory]
    [InlineData(1, 54, 60)] // never more than once a minute, whatever the TTL
    [InlineData(300, 270, 300)]
    [InlineData(86400, 810, 900)] // at least every 15 minutes
    public async Task A_source_in_order_is_looked_at_by_its_ttl(int ttlSeconds, int least, int most)
    {
        await RunAsync(Acme(), dns =>
        {
            dns.Ttl = TimeSpan.FromSeconds(ttlSeconds);
            dns.Identity("203.0.113.5", "mail.acme.example");
        });
        Assert.InRange((_scene.Of("acme").NextProbe!.Value - _scene.Now).TotalSeconds, least, most);
        var questions = _scene.Dns.Questions;
        await PassAsync(TimeSpan.FromSeconds(most));
        Assert.True(_scene.Dns.Questions > questions);
        Assert.True(_scene.Of("acme").LastProbe >= _scene.Now - TimeSpan.FromSeconds(most));
    }

    [Fact]
    public async Task A_change_is_confirmed_and_released_without_anybody()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        _scene.Dns.Pointer("203.0.113.5");
        await PassAsync(TimeSpan.FromMinutes(17));
        Assert.Equal("PT-01", _scene.Of("acme").Hold?.Check);
        _scene.Dns.Pointer("203.0.113.5", "mail.acme.example");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(_scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_refusal_is_looked_into_at_once_and_a_thousand_are_one()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        _scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await _scene.Watch.SettledAsync();
        _scene.Dns.Pointer("203.0.113.5");
        var questions = _scene.Dns.Questions;
        for (var i = 0; i < 1000; i++)
            _scene.Ledger.RefusedForIdentity(new SourceId("acme"), new SiteId("google.com"), "550 5.7.25 no PTR");
        await _scene.Watch.SettledAsync();
        Assert.Equal("PT-01", _scene.Of("acme").Hold?.Check);
        Assert.InRange(_scene.Dns.Questions - questions, 1, 8);
    }

    [Fact]
    public async Task A_lost_address_holds_before_dns_is_asked()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        var asked = new TaskCompletionSource();
        _scene.Dns.Before = _ => asked.Task;
        _scene.Interfaces.Lose("203.0.113.5");
        Assert.Equal("EG-03", _scene.Of("acme").Hold?.Check);
        _scene.Interfaces.Find("203.0.113.5");
        Assert.True(_scene.Of("acme").IsOpen);
        asked.SetResult();
        await _scene.Watch.SettledAsync();
        Assert.True(_scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_held_lane_is_asked_on_a_back_off_from_30_seconds_to_15_minutes()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        _scene.Outside.Sees("mx.proxied.example", "198.51.100.7");
        var start = _scene.Now;
        _scene.Sight("acme", "mx.proxied.example", "198.51.100.7");
        var times = await AskedAsync("mx.proxied.example", TimeSpan.FromHours(2));
        Assert.Equal([30, 60, 120, 240, 480, 900, 900], times.Take(7).Zip(times.Prepend(start), (at, before) => (at - before).TotalSeconds).ToArray());
        _scene.Outside.SeesRight("mx.proxied.example");
        await PassAsync(TimeSpan.FromMinutes(15));
        Assert.Null(_scene.LaneHold("acme", "mx.proxied.example"));
        Assert.Empty(await AskedAsync("mx.proxied.example", TimeSpan.FromHours(2)));
    }

    [Fact]
    public async Task A_lane_that_flaps_needs_three_in_a_row_half_a_minute_apart()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        _scene.Outside.SeesRight("mx.nat.example");
        _scene.Sight("acme", "mx.nat.example", "198.51.100.7");
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.Null(_scene.LaneHold("acme", "mx.nat.example"));
        _scene.Sight("acme", "mx.nat.example", "198.51.100.7");
        var times = await AskedAsync("mx.nat.example", TimeSpan.FromMinutes(5));
        Assert.Equal(3, times.Count);
        Assert.Null(_scene.LaneHold("acme", "mx.nat.example"));
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
        _scene.Outside.At = hop => hops.Enqueue(hop.Address.ToString());
        _scene.Sight("acme", "mx.moved.example", "198.51.100.7", address: "198.18.0.25");
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["198.18.0.25", "198.18.7.7"], hops);
    }

    [Fact]
    public async Task A_mismatch_has_all_witnesses_asked_at_once_and_the_source_held_within_the_minute()
    {
        await RunTranslatedAsync();
        foreach (var host in new[] { "mx.witness.example", "mx.other.example" })
            _scene.Outside.Sees(host, "198.51.100.1");
        _scene.Outside.Asked.Clear();
        _scene.Sight("nat", "mx.receiver.example", "198.51.100.1", address: "192.0.2.25");
        await _scene.Watch.SettledAsync();
        Assert.Equal(["mx.other.example", "mx.witness.example"], _scene.Outside.Asked.Select(asked => asked.Host).Order());
        Assert.Equal("EG-01", _scene.Of("nat").Hold?.Check);

        foreach (var host in new[] { "mx.witness.example", "mx.other.example", "mx.receiver.example" })
            _scene.Outside.SeesRight(host);
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.True(_scene.Of("nat").IsOpen);
        Assert.Null(_scene.LaneHold("nat", "mx.receiver.example"));
    }

    [Fact]
    public async Task A_contradiction_heard_when_the_proof_is_renewed_has_the_others_asked_too()
    {
        await RunTranslatedAsync();
        foreach (var host in new[] { "mx.witness.example", "mx.other.example" })
            _scene.Outside.Sees(host, "198.51.100.1");
        _scene.Outside.Asked.Clear();
        await PassAsync(TimeSpan.FromMinutes(15));
        Assert.Equal(2, _scene.Outside.Asked.Count);
        Assert.Equal("EG-01", _scene.Of("nat").Hold?.Check);
    }

    [Fact]
    public async Task A_source_proven_by_witnesses_asks_one_of_them_when_its_proof_grows_old()
    {
        await RunTranslatedAsync();
        _scene.Outside.Asked.Clear();
        await PassAsync(TimeSpan.FromHours(2));
        Assert.InRange(_scene.Outside.Asked.Count, 7, 8);
        Assert.Equal(2, _scene.Outside.Asked.Select(asked => asked.Host).Distinct().Count()); // in turn
        Assert.True(_scene.Now - _scene.Of("nat").Proof!.At <= TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Behind_a_translation_a_refusal_has_the_witnesses_asked()
    {
        await RunTranslatedAsync();
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var host in new[] { "mx.witness.example", "mx.other.example" })
            _scene.Outside.Sees(host, "198.51.100.1");
        _scene.Ledger.RefusedForIdentity(new SourceId("nat"), new SiteId("silent.example"), "550 5.7.25 PTR does not match");
        await _scene.Watch.SettledAsync();
        Assert.Equal("EG-01", _scene.Of("nat").Hold?.Check);
    }

    [Fact]
    public async Task A_reload_looks_again_only_at_what_it_changed()
    {
        await RunAsync([.. Acme(), Scene.Source("beta", "203.0.113.6", "mail.beta.example")], dns =>
        {
            dns.Identity("203.0.113.5", "mail.acme.example");
            dns.Identity("203.0.113.6", "mail.beta.example");
        });
        var before = (_scene.Of("acme").LastProbe, _scene.Of("beta").LastProbe);
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        _scene.Ledger.Reconfigure(_scene.Model with { Sources = new SourceDirectory(_scene.Model.Sources.All.Select(source => source.Id.Value == "beta" ? source with { Weight = 3 } : source)) });
        await _scene.Watch.SettledAsync();
        Assert.Equal((before.Item1, _scene.Now), (_scene.Of("acme").LastProbe, _scene.Of("beta").LastProbe));
    }

    [Fact]
    public async Task Traffic_that_echoes_spares_the_witnesses()
    {
        await RunTranslatedAsync();
        _scene.Outside.Asked.Clear();
        for (var minute = 0; minute < 120; minute += 10)
        {
            _scene.Sight("nat", "mx.google.com", "203.0.113.5");
            await PassAsync(TimeSpan.FromMinutes(10));
        }
        Assert.True(_scene.Outside.Asked.Count <= 1);
    }

    [Fact]
    public async Task A_translated_source_without_proof_asks_every_minute()
    {
        await RunTranslatedAsync(host => _scene.Outside.IsGone(host));
        Assert.Equal("unproven", _scene.Of("nat").Hold?.Reason);
        await PassAsync(TimeSpan.FromMinutes(30));
        _scene.Outside.SeesRight("mx.other.example");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(_scene.Of("nat").IsOpen);
    }

    [Fact]
    public async Task Questions_of_many_sessions_share_one_round_of_witnesses()
    {
        await RunTranslatedAsync();
        _scene.Outside.Asked.Clear();
        var gate = new TaskCompletionSource();
        _scene.Outside.Until = gate.Task;
        var questions = Enumerable.Range(0, 50).Select(_ => _scene.Watch.AskAsync(new SourceId("nat"), CancellationToken.None)).ToList();
        Assert.All(questions, question => Assert.False(question.IsCompleted));
        gate.SetResult();
        await Task.WhenAll(questions);
        Assert.Equal(2, _scene.Outside.Asked.Count);
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
            _scene.Outside.Sees($"mx.site{i}.example", "203.0.113.6");
            _scene.Sight("acme", $"mx.site{i}.example", "203.0.113.6", address: $"198.18.{i}.25");
        }
        Assert.Equal("EG-01", _scene.Of("acme").Hold?.Check);
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.InRange(_scene.Outside.Asked.Select(asked => asked.Host).Distinct().Count(), 1, 3);
        for (var i = 0; i < 40; i++)
            _scene.Outside.SeesRight($"mx.site{i}.example");
        await PassAsync(TimeSpan.FromMinutes(2));
        Assert.True(_scene.Of("acme").IsOpen);
        Assert.Empty(_scene.Ledger.LaneHolds);
    }

    [Fact]
    public async Task Held_lanes_are_asked_again_after_a_restart()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        _scene.Sight("acme", "mx.example.org", "198.51.100.7");
        await _stop.CancelAsync();
        await _running;
        var after = await _scene.RestartAsync();
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
    public async Task What_is_pending_is_stored_when_the_relay_stops()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        _scene.Sight("acme", "mx.example.org", "198.51.100.7");
        await _stop.CancelAsync();
        await _running;
        Assert.Contains("lane:acme|example.org", _scene.Store.Kept.Keys);
        Assert.Contains("source:acme", _scene.Store.Kept.Keys);
    }

    [Fact]
    public async Task A_probe_that_throws_is_tried_again_and_stops_nobody()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        _scene.Outside.Sees("mx.example.org", _ => throw new InvalidOperationException("a bug"));
        _scene.Sight("acme", "mx.example.org", "198.51.100.7");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.NotNull(_scene.LaneHold("acme", "mx.example.org"));
        _scene.Outside.SeesRight("mx.example.org");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Null(_scene.LaneHold("acme", "mx.example.org"));
    }

    [Fact]
    public async Task A_source_added_by_a_reload_is_probed_at_once()
    {
        await RunAsync(Acme(), dns =>
        {
            dns.Identity("203.0.113.5", "mail.acme.example");
            dns.Identity("203.0.113.6", "mail.beta.example");
        });
        _scene.Ledger.Reconfigure(_scene.Model with { Sources = new SourceDirectory([.. _scene.Model.Sources.All, Scene.Source("beta", "203.0.113.6", "mail.beta.example")]) });
        await _scene.Watch.SettledAsync();
        Assert.True(_scene.Of("beta").IsOpen);
    }

    [Fact]
    public async Task Ten_thousand_sources_are_proven_with_no_more_than_the_allowed_questions_at_once()
    {
        var sources = Enumerable.Range(0, 10_000).Select(i => Scene.Source($"s{i}", $"203.0.{i / 250}.{i % 250}", $"mail.brand{i}.example")).ToArray();
        var (now, most) = (0, 0);
        await RunAsync(sources, dns =>
        {
            foreach (var source in sources)
                dns.Identity(source.PublicAddress.ToString(), source.Ehlo.Value);
            dns.Before = async name =>
            {
                if (!name.Value.EndsWith(".in-addr.arpa", StringComparison.Ordinal))
                    return;
                var current = Interlocked.Increment(ref now);
                InterlockedMax(ref most, current);
                await Task.Yield();
                Interlocked.Decrement(ref now);
            };
        }, treatAsPublic: "203.0.0.0/16");
        Assert.All(_scene.Ledger.All, standing => Assert.True(standing.IsOpen));
        Assert.InRange(most, 2, 32 * 2); // each asks the resolver and the zone's servers
        // They don't come back all together.
        Assert.True(_scene.Ledger.All.Select(standing => standing.NextProbe).Distinct().Count() > 500);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private static Source[] Acme() => [Scene.Source("acme", "203.0.113.5", "mail.acme.example")];

    private async Task RunAsync(Source[] sources, Action<ScriptedDns> arrange, string? treatAsPublic = null)
    {
        _scene = new Scene(sources);
        if (treatAsPublic is not null)
            _scene.Model = _scene.Model with { TreatAsPublic = [Protocol.Addresses.IPRange.Parse(treatAsPublic)] };
        arrange(_scene.Dns);
        await StartAsync();
    }

    private async Task RunTranslatedAsync(Action<string>? arrange = null)
    {
        _scene = new Scene(Scene.Source("nat", "203.0.113.5", "mail.nat.example", local: "10.0.0.5"))
            .WithWitnesses(new WitnessModel("mx.witness.example", 25, false), new WitnessModel("mx.other.example", 25, false));
        _scene.Dns.Identity("203.0.113.5", "mail.nat.example");
        _scene.Dns.Set("mx.witness.example", RecordType.A, "198.18.0.1");
        _scene.Dns.Set("mx.other.example", RecordType.A, "198.19.0.1");
        foreach (var host in new[] { "mx.witness.example", "mx.other.example" })
            (arrange ?? _scene.Outside.SeesRight)(host);
        await StartAsync();
    }

    private async Task StartAsync()
    {
        await _scene.OpenAsync();
        _running = _scene.Watch.RunAsync(_stop.Token);
        await _scene.Watch.SettledAsync();
    }

    /// <summary>Moves the clock from one due time to the next, each time until everything due is done.</summary>
    private async Task PassAsync(TimeSpan span)
    {
        for (var end = _scene.Now + span; ;)
        {
            await _scene.Watch.SettledAsync();
            if (_scene.Watch.NextDue is not { } due || due > end)
            {
                _scene.Clock.SetUtcNow(end);
                return;
            }
            _scene.Clock.SetUtcNow(due);
        }
    }

    private async Task<List<DateTimeOffset>> AskedAsync(string host, TimeSpan span)
    {
        var times = new ConcurrentQueue<DateTimeOffset>();
        _scene.Outside.At = hop =>
        {
            if (hop.Host == host)
                times.Enqueue(_scene.Now);
        };
        await PassAsync(span);
        return [.. times];
    }
}
