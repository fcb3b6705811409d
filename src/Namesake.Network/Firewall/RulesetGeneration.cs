using System.Buffers.Binary;
using Namesake.Network.Sources.Routing;

namespace Namesake.Network.Firewall;

/// <summary>The number the kernel counts up with every transaction that changes rules of nf_tables, iptables-nft's among them.</summary>
/// <remarks>A prerequisite "only if the number is still so" exists between nft and the kernel, and nft sets it to what it has read itself. So a change that another program makes between our reading and nft's can
/// be found out afterwards, and not be kept from happening.</remarks>
internal sealed class RulesetGeneration : IDisposable
{
    private const int NetfilterProtocol = 12; // <linux/netlink.h>
    private const ushort AskGeneration = (10 << 8) | 16; // NFNL_SUBSYS_NFTABLES, NFT_MSG_GETGEN
    private const int Generation = 1; // NFTA_GEN_ID
    private const int HeaderLength = 4; // struct nfgenmsg

    private readonly NetlinkSocket? _socket;

    private RulesetGeneration(NetlinkSocket? socket) => _socket = socket;

    /// <summary>For the calling thread's network namespace, wherever it is asked afterwards.</summary>
    public static RulesetGeneration Open()
    {
        try
        {
            return new RulesetGeneration(OperatingSystem.IsLinux() ? new NetlinkSocket(NetfilterProtocol) : null);
        }
        catch (IOException)
        {
            return new RulesetGeneration(null);
        }
    }

    /// <summary>Null: the kernel doesn't say.</summary>
    public uint? Read()
    {
        uint? generation = null;
        try
        {
            _socket?.TryAsk(AskGeneration, new byte[HeaderLength], message =>
            {
                if (message.Length > HeaderLength && new Attributes(message[HeaderLength..]).Find(Generation) is { Length: 4 } value)
                    generation = BinaryPrimitives.ReadUInt32BigEndian(value);
            }, out _);
        }
        catch (IOException)
        {
            // Then nothing is known of changes in between.
        }
        return generation;
    }

    public void Dispose() => _socket?.Dispose();
}
