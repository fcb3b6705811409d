using System.Collections.Immutable;
using System.Net;
using System.Text;
using Namesake.Core.Identity.Facts;

namespace Namesake.Network.Firewall;

/// <summary>The kernel's table of connections (nf_conntrack), as far as it is about mail that leaves.</summary>
public static class ConnectionTable
{
    /// <summary>/proc/net would be the namespace of the process's first thread.</summary>
    private const string Table = "/proc/thread-self/net/nf_conntrack";

    /// <summary>A busy router has a million connections; what is behind this is not looked at.</summary>
    public const int MostLines = 500_000;

    public const int MostConnections = 50_000;

    /// <summary>A line has about 200 characters.</summary>
    private const int MostCharacters = 1024;

    /// <summary>Connections a flow table or a network card has taken over show no state of their own.</summary>
    private static readonly string[] Live = [" ESTABLISHED ", "[OFFLOAD]", "[HW_OFFLOAD]"];

    /// <summary>One that was only begun (SYN_SENT, SYN_RECV, CLOSE of a refusal) has handed nothing over.</summary>
    private static readonly string[] Closing = [" FIN_WAIT ", " CLOSE_WAIT ", " LAST_ACK ", " TIME_WAIT "];

    /// <returns>Null connections with the reason where it can't be read.</returns>
    internal static (ImmutableArray<LiveConnection>? Connections, bool IsWhole, string? Trouble) Read()
    {
        try
        {
            // Where nothing tracks connections there is no such table, and nothing translates.
            using var reader = new StreamReader(Table, Encoding.ASCII);
            var connections = Read(reader);
            return (connections, reader.Peek() < 0, null);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return (null, false, $"the connection table can't be read: {trouble.Message}");
        }
    }

    /// <summary>TCP connections to port 25 that are or were live. What isn't understood is passed over.</summary>
    public static ImmutableArray<LiveConnection> Read(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var connections = ImmutableArray.CreateBuilder<LiveConnection>();
        for (var lines = 0; lines < MostLines && connections.Count < MostConnections && reader.ReadLine() is { } line; lines++)
            if (line.Length <= MostCharacters && Parse(line) is { } connection)
                connections.Add(connection);
        return connections.ToImmutable();
    }

    // ipv4 2 tcp 6 431999 ESTABLISHED src=10.0.0.5 dst=198.51.100.1 sport=4000 dport=25 src=198.51.100.1 dst=203.0.113.5 sport=25 dport=4000 [ASSURED] …
    private static LiveConnection? Parse(string line)
    {
        if (!line.Contains(" tcp ", StringComparison.Ordinal) || !line.Contains(" dport=25 ", StringComparison.Ordinal))
            return null;
        var isLive = Live.Any(state => line.Contains(state, StringComparison.Ordinal));
        if (!isLive && !Closing.Any(state => line.Contains(state, StringComparison.Ordinal)))
            return null;
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                if (!values.TryGetValue(word[..at], out var list))
                    values.Add(word[..at], list = []);
                list.Add(word[(at + 1)..]);
            }
        return Value("dport", 0) == "25" && Address("src", 0) is { } local && Address("dst", 0) is { } remote && Address("dst", 1) is { } outside ? new LiveConnection(local, remote, outside, !isLive) : null;

        string? Value(string name, int which) => values.TryGetValue(name, out var list) && list.Count > which ? list[which] : null;
        IPAddress? Address(string name, int which) => IPAddress.TryParse(Value(name, which), out var address) ? address : null;
    }
}
