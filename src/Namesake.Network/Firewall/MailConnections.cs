using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Namesake.Core.Firewall;
using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>Has the kernel forget connections to port 25 whose translation changed, by conntrack(8). Each next packet of such a connection is then translated by the new rules, the other side doesn't know it under
/// that address, and refuses it: the connection ends. Those of other addresses and ports are not touched.</summary>
internal static partial class MailConnections
{
    private const int MostOctets = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <returns>How many; null: it can't be done here.</returns>
    public static async Task<int?> ForgetAsync(TranslationTable? old, TranslationTable? made, FirewallTools tools, TimeProvider time, CancellationToken cancellation)
    {
        var changed = Changed(old, made);
        if (changed.Count == 0)
            return 0;
        var list = await ProgramRun.OfAsync([.. tools.Conntrack, "-L", "-f", "ipv4", "-p", "tcp", "--orig-port-dst", "25"], null, MostOctets, Patience, time, cancellation);
        if (!list.IsDone)
            return null;
        var count = 0;
        var live = Locals(Encoding.ASCII.GetString(list.Output)).Where(changed.Contains).Select(Number).ToHashSet();
        foreach (var (first, length) in Blocks(changed).Where(block => live.Any(local => local >> (32 - block.Length) == block.First >> (32 - block.Length))))
        {
            var block = string.Create(CultureInfo.InvariantCulture, $"{Address(first)}/{length}");
            var run = await ProgramRun.OfAsync([.. tools.Conntrack, "-D", "-f", "ipv4", "-p", "tcp", "--orig-port-dst", "25", "--orig-src", block], null, MostOctets, Patience, time, cancellation);
            // It ends with 1 when there is none any more.
            if (Deleted().Match(run.Complaint) is { Success: true } match)
                count += int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            else
                return null;
        }
        return count;
    }

    private static HashSet<IPAddress> Changed(TranslationTable? old, TranslationTable? made)
    {
        var (before, after) = (old?.Mappings ?? [], made?.Mappings ?? []);
        // Another device or user: which connections that concerns isn't told by the table of connections.
        var isSame = old is null || made is null || (old.User == made.User && old.Device == made.Device);
        return (isSame ? before.Except(after).Concat(after.Except(before)) : before.Concat(after)).Select(mapping => mapping.Local).ToHashSet();
    }

    /// <summary>As few blocks as hold these addresses and no other: conntrack goes through the whole table each time.</summary>
    internal static List<(ulong First, int Length)> Blocks(IEnumerable<IPAddress> addresses)
    {
        var left = addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork).Select(Number).ToHashSet();
        var blocks = new List<(ulong, int)>();
        foreach (var first in left.Order().ToList())
        {
            if (!left.Contains(first))
                continue; // in the block before
            ulong size = 1;
            while (size < 1 << 16 && first % (size * 2) == 0 && Enumerable.Range((int)size, (int)size).All(next => left.Contains(first + (ulong)next)))
                size *= 2;
            for (var next = first; next < first + size; next++)
                left.Remove(next);
            blocks.Add((first, 32 - BitOperations.Log2(size)));
        }
        return blocks;
    }

    private static ulong Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress Address(ulong number)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)number);
        return new IPAddress(octets);
    }

    /// <summary>Where the listed connections come from: the first "src=" of a line.</summary>
    private static HashSet<IPAddress> Locals(string list)
    {
        var locals = new HashSet<IPAddress>();
        foreach (var line in list.EnumerateLines())
            if (line.IndexOf(" src=", StringComparison.Ordinal) is >= 0 and var at && line[(at + 5)..] is var rest && IPAddress.TryParse(rest[..(rest.IndexOf(' ') is >= 0 and var end ? end : rest.Length)], out var local))
                locals.Add(local);
        return locals;
    }

    [GeneratedRegex(@"(\d{1,9}) flow entries have been deleted")]
    private static partial Regex Deleted();
}
