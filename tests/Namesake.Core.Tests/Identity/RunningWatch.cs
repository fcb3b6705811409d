using System.Collections.Concurrent;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>The watch as it really runs, on a clock the test moves from one due time to the next.</summary>
public abstract class RunningWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    private protected Scene Running { get; private set; } = null!;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static Source[] Acme() => [Scene.Source("acme", "203.0.113.5", "mail.acme.example")];

    private protected async Task RunAsync(Source[] sources, Action<ScriptedDns> arrange, string? treatAsPublic = null)
    {
        var scene = new Scene(sources);
        if (treatAsPublic is not null)
            scene.Model = scene.Model with { TreatAsPublic = [Protocol.Addresses.IPRange.Parse(treatAsPublic)] };
        arrange(scene.Dns);
        await StartAsync(scene);
    }

    private protected Task RunTranslatedAsync(Action<Scene>? arrange = null)
    {
        var scene = Scenes.BehindTranslation();
        arrange?.Invoke(scene);
        return StartAsync(scene);
    }

    private protected async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    /// <summary>Moves the clock from one due time to the next, each time until everything due is done.</summary>
    private protected async Task PassAsync(TimeSpan span)
    {
        for (var end = Running.Now + span; ;)
        {
            await Running.Watch.SettledAsync();
            if (Running.Watch.NextDue is not { } due || due > end)
            {
                Running.Clock.SetUtcNow(end);
                return;
            }
            Running.Clock.SetUtcNow(due);
        }
    }

    /// <summary>When this host was asked while time passed.</summary>
    private protected async Task<List<DateTimeOffset>> AskedAsync(string host, TimeSpan span)
    {
        var times = new ConcurrentQueue<DateTimeOffset>();
        Running.Outside.At = hop =>
        {
            if (hop.Host == host)
                times.Enqueue(Running.Now);
        };
        await PassAsync(span);
        return [.. times];
    }

    private protected async Task StartAsync(Scene scene)
    {
        Running = scene;
        await scene.OpenAsync();
        _watching = scene.Watch.RunAsync(_stop.Token);
        await scene.Watch.SettledAsync();
    }
}
