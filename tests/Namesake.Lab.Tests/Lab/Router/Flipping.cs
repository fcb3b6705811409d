using System.Net;

namespace Namesake.Lab.Tests.Lab.Router;

/// <summary>A translation that is wrong and right in turn.</summary>
public sealed class Flipping : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _turning;
    private int _turns;

    internal Flipping(Translation translation, IPAddress local, IPAddress right, IPAddress? wrong, TimeSpan every) =>
        _turning = Task.Run(async () =>
        {
            using var pause = new PeriodicTimer(every, TimeProvider.System);
            try
            {
                do
                {
                    await translation.SetAsync(local, _turns % 2 == 0 ? wrong : right);
                    Interlocked.Increment(ref _turns);
                }
                while (await pause.WaitForNextTickAsync(_stop.Token));
            }
            catch (OperationCanceledException)
            {
                // Asked to stop.
            }

            await translation.SetAsync(local, right);
        });

    /// <summary>How often it has changed so far.</summary>
    public int Turns => Volatile.Read(ref _turns);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _turning;
        _stop.Dispose();
    }
}
