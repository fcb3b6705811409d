using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>The listening sockets: those that are wanted, and no others. A change happens whole or not at all.</summary>
/// <remarks>New sockets are bound before old ones are closed, but for an old one in the way (0.0.0.0:25 becomes 10.0.0.5:25), which is closed first and bound
/// again when the change fails. Clients of a new socket wait in its backlog until the change is made.</remarks>
/// <param name="accept">Serves the connections of a listener until it is stopped.</param>
internal sealed class ListenerSet(IListenerPort network, Func<IBoundListener, ListenerModel, Task> accept, ILogger log)
{
    private ImmutableArray<OpenListener> _open = [];

    /// <summary>In the order of the configuration, with the real ports.</summary>
    public ImmutableArray<IPEndPoint> Addresses => [.. _open.Select(listener => listener.Bound.Address)];

    /// <param name="bound">Called once every wanted address is bound, before the first connection of a new one is served.</param>
    /// <exception cref="IOException">One can't be bound; everything is as it was.</exception>
    public async Task ChangeAsync(ImmutableArray<ListenerModel> wanted, Action bound, CancellationToken cancellation)
    {
        var gone = _open.Where(open => !wanted.Any(listener => listener.Address.Equals(open.Model.Address))).ToList();
        var added = new List<(IBoundListener Bound, ListenerModel Model)>();
        var closed = new List<OpenListener>();
        try
        {
            foreach (var listener in wanted.Where(listener => Find(listener) is null))
            {
                foreach (var open in gone.Where(open => !closed.Contains(open) && IsInTheWay(open.Bound.Address, listener.Address)))
                {
                    await open.Bound.StopAsync();
                    closed.Add(open);
                }
                added.Add((await network.BindAsync(listener.Address, cancellation), listener));
            }
            bound();
        }
        catch
        {
            foreach (var (socket, _) in added)
                await socket.DisposeAsync();
            foreach (var open in closed)
                await ReopenAsync(open);
            throw;
        }
        foreach (var open in gone)
            await CloseAsync(open);
        _open = [.. wanted.Select(listener => Find(listener) ?? Open(added.Find(one => one.Model == listener).Bound, listener))];
    }

    /// <summary>Accepts no more; completes when nobody is being accepted.</summary>
    public async Task StopAsync()
    {
        foreach (var open in _open)
            await open.Bound.StopAsync();
        await Task.WhenAll(_open.Select(open => open.Loop));
    }

    public async Task CloseAsync()
    {
        await StopAsync();
        foreach (var open in _open)
            await open.Bound.DisposeAsync();
        _open = [];
    }

    private OpenListener? Find(ListenerModel listener) => _open.FirstOrDefault(open => open.Model.Address.Equals(listener.Address));

    private OpenListener Open(IBoundListener bound, ListenerModel model)
    {
        SubmissionLog.Listening(log, bound.Address, model.Brand?.Value ?? "found per message");
        return new OpenListener(bound, model, accept(bound, model));
    }

    private async Task CloseAsync(OpenListener open)
    {
        await open.Bound.StopAsync();
        await open.Loop;
        await open.Bound.DisposeAsync();
        SubmissionLog.NoLongerListening(log, open.Bound.Address);
    }

    private async Task ReopenAsync(OpenListener open)
    {
        await open.Loop;
        try
        {
            _open = _open.Replace(open, Open(await network.BindAsync(open.Bound.Address, CancellationToken.None), open.Model));
        }
        catch (IOException trouble)
        {
            SubmissionLog.NotListeningAgain(log, open.Bound.Address, trouble.Message);
            _open = _open.Remove(open);
        }
    }

    private static bool IsInTheWay(IPEndPoint open, IPEndPoint wanted) =>
        open.Port == wanted.Port && open.AddressFamily == wanted.AddressFamily && (IsAny(open) || IsAny(wanted) || open.Address.Equals(wanted.Address));

    private static bool IsAny(IPEndPoint address) => address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any);

    private sealed record OpenListener(IBoundListener Bound, ListenerModel Model, Task Loop);
}
