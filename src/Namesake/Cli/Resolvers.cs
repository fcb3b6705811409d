using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Cli;

/// <summary>Resolvers as they are named on the command line: "192.0.2.53", "127.0.0.1:5353", "[2001:db8::53]:53", "localhost:5353".</summary>
internal static class Resolvers
{
    private const int UsualPort = 53;

    public static async Task<ImmutableArray<IPEndPoint>> ParseAsync(IEnumerable<string> texts, CancellationToken cancellation)
    {
        var resolvers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var text in texts)
            resolvers.AddRange(await ParseAsync(text, cancellation));
        return resolvers.DrainToImmutable();
    }

    private static async Task<IEnumerable<IPEndPoint>> ParseAsync(string text, CancellationToken cancellation)
    {
        // An address without port first: the colons of "2001:db8::53" are no port.
        if (IPAddress.TryParse(text.Trim('[', ']'), out var bare))
            return [new IPEndPoint(bare, UsualPort)];
        if (IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0)
            return [endPoint];
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? (text, UsualPort) : (text[..colon], int.TryParse(text.AsSpan(colon + 1), out var number) ? number : 0);
        if (host.Length == 0 || port is < 1 or > 65535)
            throw new CliException(ExitCode.Usage, $"--resolver is HOST:PORT such as 127.0.0.1:53, not \"{text}\"");
        try
        {
            return (await System.Net.Dns.GetHostAddressesAsync(host, cancellation)).Select(address => new IPEndPoint(address, port));
        }
        catch (SocketException trouble)
        {
            throw new CliException(ExitCode.Usage, $"--resolver {text}: the name {host} has no address here ({trouble.Message})");
        }
    }
}
