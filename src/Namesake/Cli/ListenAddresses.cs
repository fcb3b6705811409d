using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Cli;

/// <summary>Where a service listens, written as Postfix writes it: "unix:/path", "inet:127.0.0.1:10040", "inet:[::1]:10040", "inet:localhost:10040".</summary>
internal static class ListenAddresses
{
    public const string Form = "unix:/PATH or inet:HOST:PORT";

    /// <summary>The path of a socket file, or the addresses of a host.</summary>
    public static async Task<(string? Path, IPEndPoint[] EndPoints)> ParseAsync(string text, CancellationToken cancellation)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal))
            return System.IO.Path.IsPathRooted(text["unix:".Length..]) ? (text["unix:".Length..], []) : throw Wrong(text, "the path must be absolute");
        if (!text.StartsWith("inet:", StringComparison.Ordinal))
            throw Wrong(text, "it begins with neither");
        var rest = text["inet:".Length..];
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw Wrong(text, "there is no port");
        var host = rest[..colon];
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return (null, [new IPEndPoint(address, port)]);
        try
        {
            return (null, [.. (await System.Net.Dns.GetHostAddressesAsync(host, cancellation)).Distinct().Select(known => new IPEndPoint(known, port))]);
        }
        catch (SocketException trouble)
        {
            throw Wrong(text, $"the name {host} has no address here ({trouble.Message})");
        }
    }

    private static CliException Wrong(string text, string why) => new(ExitCode.Usage, $"--listen is {Form}, not \"{text}\": {why}");
}
