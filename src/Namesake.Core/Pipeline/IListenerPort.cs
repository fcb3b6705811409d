using System.Net;

namespace Namesake.Core.Pipeline;

/// <summary>The port that accepts connections.</summary>
public interface IListenerPort
{
    /// <summary>Starts to listen. Throws <see cref="IOException"/> with the address in its text when it can't.</summary>
    Task<IBoundListener> BindAsync(IPEndPoint address, CancellationToken cancellation);
}

public interface IBoundListener : IAsyncDisposable
{
    /// <summary>The address with the real port where 0 was asked.</summary>
    IPEndPoint Address { get; }

    /// <summary>The next connection; null after <see cref="StopAsync"/>. Survives running out of descriptors.</summary>
    Task<IConnection?> AcceptAsync(CancellationToken cancellation);

    /// <summary>Stops accepting; connections already given out live on.</summary>
    Task StopAsync();
}
