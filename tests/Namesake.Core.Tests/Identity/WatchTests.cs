using Namesake.Core.Identity;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>When the watch looks at a source: at the start, by TTL, on a change, a refusal, a reload.</summary>
public sealed class WatchTests : RunningWatch
{
    [Fact]
    public async Task A_source_is_proven_by_itself_at_the_start()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Assert.Equal(Verdict.Aligned, Running.Of("acme").Verdict);
    }

    [Fact]
    public async Task A_new_brand_sends_within_a_minute_of_its_dns_being_right()
    {
        await RunAsync(Acme(), _ => { });
        Assert.False(Running.Of("acme").IsOpen);
        await PassAsync(TimeSpan.FromHours(1));
        Running.Dns.Identity("203.0.113.5", "mail.acme.example");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(Running.Of("acme").IsOpen);
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
        Assert.InRange((Running.Of("acme").NextProbe!.Value - Running.Now).TotalSeconds, least, most);
        var questions = Running.Dns.Questions;
        await PassAsync(TimeSpan.FromSeconds(most));
        Assert.True(Running.Dns.Questions > questions);
        Assert.True(Running.Of("acme").LastProbe >= Running.Now - TimeSpan.FromSeconds(most));
    }

    [Fact]
    public async Task A_change_is_confirmed_and_released_without_anybody()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Running.Dns.Pointer("203.0.113.5");
        await PassAsync(TimeSpan.FromMinutes(17));
        Assert.Equal("PT-01", Running.Of("acme").Hold?.Check);
        Running.Dns.Pointer("203.0.113.5", "mail.acme.example");
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(Running.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_refusal_is_looked_into_at_once_and_a_thousand_are_one()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Running.Clock.Advance(TimeSpan.FromMinutes(5));
        await Running.Watch.SettledAsync();
        Running.Dns.Pointer("203.0.113.5");
        var questions = Running.Dns.Questions;
        for (var i = 0; i < 1000; i++)
            Running.Ledger.RefusedForIdentity(Scene.Refusal("acme", "google.com", "550 5.7.25 no PTR"));
        await Running.Watch.SettledAsync();
        Assert.Equal("PT-01", Running.Of("acme").Hold?.Check);
        Assert.InRange(Running.Dns.Questions - questions, 1, 8);
    }

    [Fact]
    public async Task A_lost_address_holds_before_dns_is_asked()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        var asked = new TaskCompletionSource();
        Running.Dns.Before = _ => asked.Task;
        Running.Interfaces.Lose("203.0.113.5");
        Assert.Equal("EG-03", Running.Of("acme").Hold?.Check);
        Running.Interfaces.Find("203.0.113.5");
        Assert.True(Running.Of("acme").IsOpen);
        asked.SetResult();
        await Running.Watch.SettledAsync();
        Assert.True(Running.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_reload_looks_again_only_at_what_it_changed()
    {
        await RunAsync([.. Acme(), Scene.Source("beta", "203.0.113.6", "mail.beta.example")], dns =>
        {
            dns.Identity("203.0.113.5", "mail.acme.example");
            dns.Identity("203.0.113.6", "mail.beta.example");
        });
        var before = (Running.Of("acme").LastProbe, Running.Of("beta").LastProbe);
        Running.Clock.Advance(TimeSpan.FromMinutes(1));
        Running.Ledger.Reconfigure(Running.Model with { Sources = new SourceDirectory(Running.Model.Sources.All.Select(source => source.Id.Value == "beta" ? source with { Weight = 3 } : source)) });
        await Running.Watch.SettledAsync();
        Assert.Equal((before.Item1, Running.Now), (Running.Of("acme").LastProbe, Running.Of("beta").LastProbe));
    }

    [Fact]
    public async Task What_is_pending_is_stored_when_the_relay_stops()
    {
        await RunAsync(Acme(), dns => dns.Identity("203.0.113.5", "mail.acme.example"));
        Running.Sight("acme", "mx.example.org", "198.51.100.7");
        await StopAsync();
        Assert.Contains("lane:acme|example.org", Running.Store.Kept.Keys);
        Assert.Contains("source:acme", Running.Store.Kept.Keys);
    }

    [Fact]
    public async Task A_source_added_by_a_reload_is_probed_at_once()
    {
        await RunAsync(Acme(), dns =>
        {
            dns.Identity("203.0.113.5", "mail.acme.example");
            dns.Identity("203.0.113.6", "mail.beta.example");
        });
        Running.Ledger.Reconfigure(Running.Model with { Sources = new SourceDirectory([.. Running.Model.Sources.All, Scene.Source("beta", "203.0.113.6", "mail.beta.example")]) });
        await Running.Watch.SettledAsync();
        Assert.True(Running.Of("beta").IsOpen);
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
        Assert.All(Running.Ledger.All, standing => Assert.True(standing.IsOpen));
        Assert.InRange(most, 2, 32 * 2); // each asks the resolver and the zone's servers
        // They don't come back all together.
        Assert.True(Running.Ledger.All.Select(standing => standing.NextProbe).Distinct().Count() > 500);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
