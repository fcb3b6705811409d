using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Tests.Identity;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class SuspensionsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStore _store = new();
    private readonly Suspensions _suspensions;

    public SuspensionsTests() => _suspensions = new Suspensions(_store, _time, NullLogger.Instance);

    public void Dispose() => _suspensions.Dispose();

    [Fact]
    public async Task A_receiver_that_operators_share_is_suspended_with_each_of_them_and_resumed_with_it()
    {
        var google = Key("google.com");
        await _suspensions.SuspendAsync(new Suspension(google, "complaints", "ann", _time.GetUtcNow(), null));

        Assert.Equal(google, _suspensions.Find(Key("backup.test+google.com"))?.Lane);
        Assert.Null(_suspensions.Find(Key("backup.test+icloud.com")));
        Assert.Null(await _suspensions.ResumeAsync(Key("backup.test+google.com"), "ann")); // it is google.com that is suspended
        Assert.NotNull(await _suspensions.ResumeAsync(google, "ann"));
        Assert.Null(_suspensions.Find(Key("backup.test+google.com")));
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
        Assert.NotNull(await _suspensions.ResumeAsync(Key("google.com"), "ann"));
        Assert.Empty(_suspensions.All);
    }

    private static LaneKey Key(string site) => new(new SourceId("a"), new SiteId(site));
}
