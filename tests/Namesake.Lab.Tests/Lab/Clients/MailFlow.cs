namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>A steady trickle of the same letters, so that something is always under way. It ends by itself after its last round.</summary>
public sealed class MailFlow : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _flowing;

    private MailFlow(Load load, IReadOnlyList<Letter> letters, int rounds) => _flowing = Task.Run(async () =>
    {
        using var pause = new PeriodicTimer(Every, TimeProvider.System);
        for (var round = 0; round < rounds && !_enough.IsCancellationRequested; round++)
        {
            await load.SendAsync(letters, sessions: 1, _enough.Token);
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
    });

    /// <summary>Gives all <paramref name="letters"/> four times a second, one after another.</summary>
    /// <param name="rounds">At most so often.</param>
    public static MailFlow Start(Load load, IReadOnlyList<Letter> letters, int rounds = 600) => new(load, letters, rounds);

    /// <summary>Returns when the last letter has got its answer.</summary>
    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await _flowing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _enough.Dispose();
    }
}
