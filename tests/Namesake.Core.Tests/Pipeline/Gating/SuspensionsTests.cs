using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class SuspensionsTests : IDisposable
{
    private static readonly SourceId A = new("a");

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStore _store = new();
    private readonly Suspensions _suspensions;

    public SuspensionsTests() => _suspensions = new Suspensions(_store, _time, NullLogger.Instance);

    public void Dispose() => _suspensions.Dispose();

    [Fact]
    public async Task A_receiver_that_operators_share_is_suspended_with_each_of_them_and_resumed_with_it()
    {
        await SuspendAsync(A, "google.com");

        Assert.Equal(new SiteId("google.com"), _suspensions.Find(Key("backup.test+google.com"))?.Site);
        Assert.Null(_suspensions.Find(Key("backup.test+icloud.com")));
        Assert.Null(await _suspensions.ResumeAsync(A, new SiteId("backup.test+google.com"), "ann")); // it is google.com that is suspended
        Assert.NotNull(await _suspensions.ResumeAsync(A, new SiteId("google.com"), "ann"));
        Assert.Null(_suspensions.Find(Key("backup.test+google.com")));
    }

    [Fact]
    public async Task A_site_is_closed_for_every_source_and_for_those_that_share_it()
    {
        await SuspendAsync(null, "google.com");

        foreach (var site in new[] { "google.com", "backup.test+google.com" })
            foreach (var source in new[] { "a", "b", "never-seen-before" })
                Assert.Null(_suspensions.Find(new LaneKey(new SourceId(source), new SiteId(site)))?.Source);
        Assert.NotNull(_suspensions.Find(Key("google.com")));
        Assert.NotNull(_suspensions.Find(new SiteId("backup.test+google.com")));
        Assert.Null(_suspensions.Find(Key("icloud.com")));
    }

    [Fact]
    public async Task What_is_said_of_a_lane_and_of_its_site_are_two_words_and_each_ends_by_itself()
    {
        await SuspendAsync(null, "google.com");
        await SuspendAsync(A, "google.com");

        Assert.Null(_suspensions.Find(new SiteId("google.com"))?.Source);
        Assert.Equal(A, _suspensions.Find(Key("google.com"))?.Source); // its own is told first
        Assert.NotNull(await _suspensions.ResumeAsync(A, new SiteId("google.com"), "ann"));
        Assert.Null(_suspensions.Find(Key("google.com"))!.Source);
        await SuspendAsync(A, "google.com");
        Assert.NotNull(await _suspensions.ResumeAsync(null, new SiteId("google.com"), "ann"));
        Assert.Equal(A, _suspensions.Find(Key("google.com"))?.Source);
        Assert.Null(_suspensions.Find(new LaneKey(new SourceId("b"), new SiteId("google.com"))));
    }

    [Fact]
    public async Task A_restart_opens_no_closed_site()
    {
        await SuspendAsync(null, "google.com");

        using var next = new Suspensions(_store, _time, NullLogger.Instance);
        await next.LoadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(_suspensions.Find(Key("google.com")), next.Find(Key("google.com")));
    }

    [Fact]
    public async Task An_end_that_was_brought_forward_on_another_node_holds_here_too_though_it_is_heard_after_it()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var other = new Suspensions(new Shared(_store), _time, NullLogger.Instance);
        await SuspendAsync(null, "google.com");
        Assert.Equal((true, false), await other.HearAsync(cancellation));
        Assert.NotNull(other.Find(Key("google.com")));

        await _suspensions.SuspendAsync(new Suspension(null, new SiteId("google.com"), "complaints", "ann", _time.GetUtcNow(), _time.GetUtcNow().AddSeconds(5)));
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((false, true), await other.HearAsync(cancellation));
        Assert.Null(other.Find(Key("google.com")));
    }

    /// <summary>A store that several nodes have: it tells all of it each time.</summary>
    private sealed class Shared(MemoryStore store) : IIdentityStore
    {
        public Task<ImmutableDictionary<string, string>> LoadAsync(CancellationToken cancellation) => store.LoadAsync(cancellation);

        public Task SaveAsync(string key, string? state) => store.SaveAsync(key, state);

        public async Task<StateChanges> ChangesAsync(string prefix, DateTimeOffset? since, CancellationToken cancellation) =>
            new((await store.LoadAsync(cancellation)).ToImmutableDictionary(pair => pair.Key, pair => (string?)pair.Value), DateTimeOffset.UnixEpoch, IsAll: true);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"Version\":99}")]
    [InlineData("null")]
    public async Task What_cannot_be_read_stays_closed_until_somebody_resumes_it(string stored)
    {
        await _store.SaveAsync("suspension:a|google.com", stored);
        await _store.SaveAsync("suspension:nonsense", stored);

        await _suspensions.LoadAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("what was said of it can't be read", _suspensions.Find(Key("google.com"))?.Reason, StringComparison.Ordinal);
        Assert.NotNull(await _suspensions.ResumeAsync(A, new SiteId("google.com"), "ann"));
        Assert.Empty(_suspensions.All);
    }

    [Fact]
    public async Task What_cannot_be_read_of_a_site_closes_it_for_every_source()
    {
        await _store.SaveAsync("suspension:*|google.com", "{");

        await _suspensions.LoadAsync(TestContext.Current.CancellationToken);

        Assert.Equal("namesake sites resume google.com", _suspensions.Find(Key("google.com"))?.Resume);
        Assert.NotNull(await _suspensions.ResumeAsync(null, new SiteId("google.com"), "ann"));
        Assert.Empty(_suspensions.All);
    }

    private Task SuspendAsync(SourceId? source, string site) => _suspensions.SuspendAsync(new Suspension(source, new SiteId(site), "complaints", "ann", _time.GetUtcNow(), null));

    private static LaneKey Key(string site) => new(A, new SiteId(site));
}
