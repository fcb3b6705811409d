using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Identity;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>Who is audited first when ten thousand sources are due at once.</summary>
public sealed class AuditRoundsTests : IAsyncDisposable
{
    private const int AtOnce = 16;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 26, 8, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentDictionary<SourceId, bool> _held = new();
    private readonly ConcurrentQueue<(SourceId Source, TaskCompletionSource End)> _running = new();
    private readonly SemaphoreSlim _begun = new(0);
    private readonly Queue<TaskCompletionSource> _ending = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Rounds _rounds;
    private Task _loop = Task.CompletedTask;

    public AuditRoundsTests() => _rounds = new Rounds(AtOnce, AuditAsync, TimeSpan.FromMinutes(1), _clock, NullLogger.Instance, errand => _held.ContainsKey(errand.Source));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _begun.Dispose();
    }

    [Fact]
    public async Task Held_sources_are_audited_before_ten_thousand_others_that_were_due_earlier()
    {
        for (var i = 0; i < 10_000; i++)
            Want($"other-{i}", _clock.GetUtcNow() - TimeSpan.FromHours(1));
        for (var i = 0; i < 10; i++)
            Hold($"held-{i}");
        var begun = await RunAsync(AtOnce);
        // Those that begin at once write themselves down in any order: that all ten are among them is what counts.
        Assert.Equal(10, begun.Count(name => name.StartsWith("held-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_source_held_while_all_places_are_taken_gets_the_next_that_is_free()
    {
        for (var i = 0; i < 10_000; i++)
            Want($"other-{i}", _clock.GetUtcNow() - TimeSpan.FromHours(1));
        Want("latest", _clock.GetUtcNow()); // behind all of them
        await RunAsync(AtOnce);
        Hold("latest");
        Assert.Equal("latest", Assert.Single(await EndAsync(1)));
    }

    [Fact]
    public async Task Ten_thousand_held_sources_leave_a_quarter_of_the_places_to_the_others()
    {
        for (var i = 0; i < 10_000; i++)
            Hold($"held-{i}");
        for (var i = 0; i < 100; i++)
            Want($"other-{i}", _clock.GetUtcNow());
        var begun = await RunAsync(AtOnce);
        for (var round = 0; round < 10; round++)
            begun.AddRange(await EndAsync(AtOnce));
        Assert.Equal(11 * AtOnce, begun.Count);
        Assert.Equal(11 * AtOnce / 4, begun.Count(name => name.StartsWith("other-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Held_sources_alone_take_all_places_and_nobody_is_audited_twice()
    {
        for (var i = 0; i < 40; i++)
        {
            Want($"held-{i}", _clock.GetUtcNow()); // in order then, held since
            Hold($"held-{i}");
        }
        var begun = await RunAsync(AtOnce);
        begun.AddRange(await EndAsync(AtOnce));
        begun.AddRange(await EndAsync(40 - (2 * AtOnce)));
        Assert.Equal(40, begun.Distinct().Count());
        Assert.Equal(40, begun.Count);
    }

    private void Want(string source, DateTimeOffset due) => _rounds.Want(new AuditErrand(new SourceId(source)), due);

    private void Hold(string source)
    {
        _held[new SourceId(source)] = true;
        Want(source, _clock.GetUtcNow());
    }

    private Task<List<string>> RunAsync(int count)
    {
        _loop = _rounds.RunAsync(_stop.Token);
        return BegunAsync(count);
    }

    /// <summary>Ends so many, and says which began in their places.</summary>
    private async Task<List<string>> EndAsync(int count)
    {
        for (var i = 0; i < count; i++)
            if (_ending.TryDequeue(out var running))
                running.SetResult();
        return await BegunAsync(count);
    }

    private async Task<List<string>> BegunAsync(int count)
    {
        var names = new List<string>();
        for (var i = 0; i < count; i++)
        {
            await _begun.WaitAsync(_stop.Token);
            Assert.True(_running.TryDequeue(out var running), string.Create(CultureInfo.InvariantCulture, $"{i} of {count} began"));
            names.Add(running.Source.Value);
            _ending.Enqueue(running.End);
        }
        return names;
    }

    private async Task<DateTimeOffset?> AuditAsync(Errand errand, CancellationToken stop)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.Enqueue((errand.Source, end));
        _begun.Release();
        await end.Task.WaitAsync(stop);
        return null;
    }
}
