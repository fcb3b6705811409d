using System.Net;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Checks passwords a few at a time, so that guessing costs the guesser's time and not the relay's.</summary>
/// <remarks>A check takes about a tenth of a second of a core on purpose (PBKDF2). On half the cores at most, the other half goes on moving mail whatever
/// comes; and one client address (an IPv6 /64 is one) has a bounded part of the line, so that it can't keep the others from logging in for longer than that.</remarks>
internal sealed class PasswordQueue : IDisposable
{
    /// <summary>Checks of one client address that may wait or run at once. Beyond them the client hears 454 and may come again: an application with more
    /// connections that log in at the same moment loses nothing, a guesser gains nothing.</summary>
    public const int MostPerClient = 20;

    private readonly SemaphoreSlim _running = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly ClientCounts _inLine = new();

    /// <returns>Null: the client has too many in line already, nothing was checked.</returns>
    public async Task<bool?> CheckAsync(IPAddress client, Func<bool> matches, CancellationToken stop)
    {
        var mine = _inLine.Enter(client);
        try
        {
            if (mine > MostPerClient)
                return null;
            await _running.WaitAsync(stop);
            try
            {
                return await Task.Run(matches, stop);
            }
            finally
            {
                _running.Release();
            }
        }
        finally
        {
            _inLine.Leave(client);
        }
    }

    public void Dispose() => _running.Dispose();
}
