using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>What carrying a message costs in a session's time, expressed in bytes.</summary>
internal static class Cost
{
    /// <summary>What is served to one before it is the next one's turn: two or three ordinary messages (10 KB to one recipient cost 27 KiB).</summary>
    /// <remarks>Larger, and a round among a hundred brands takes seconds; smaller than an ordinary message, and whole rounds go by only to collect credit.</remarks>
    public const long Quantum = 65_536;

    /// <summary>What a session may carry on with while mail for other hosts has no session: about 24 ordinary messages. A new connection costs five round trips
    /// and a handshake, as much as three messages: at most an eighth of the time goes into connecting.</summary>
    public const long Slice = 10 * Quantum;

    /// <summary>The round trips of MAIL and of the final dot, and what the receiver does with every message: 20 to 40 ms, in which half a megabyte a second is 16 KiB.</summary>
    private const long Transaction = 16_384;

    /// <summary>The receiver looks each of them up.</summary>
    private const long Recipient = 1_024;

    /// <summary>Recipients that travel in one transaction (RFC 5321 §4.5.3.1.8).</summary>
    private const int PerTransaction = 100;

    public static long Of(Consignment consignment)
    {
        var recipients = consignment.Recipients.Length;
        var transactions = (recipients + PerTransaction - 1) / PerTransaction;
        return (transactions * (Transaction + consignment.Size)) + (recipients * Recipient);
    }
}
