using System.Buffers;
using System.Text;

namespace Namesake.Protocol.Tests;

/// <summary>Octets as they arrive: whole, or in pieces, or as a sequence of segments.</summary>
internal static class Octets
{
    public static byte[] Of(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);

    public static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Text(output.WrittenSpan);
    }

    /// <summary>A sequence whose segments have the given lengths, used round and round.</summary>
    public static ReadOnlySequence<byte> Segmented(byte[] octets, params int[] lengths)
    {
        if (octets.Length == 0)
            return ReadOnlySequence<byte>.Empty;
        Segment? first = null, last = null;
        for (int position = 0, i = 0; position < octets.Length; i++)
        {
            var length = Math.Clamp(lengths[i % lengths.Length], 1, octets.Length - position);
            last = new Segment(octets.AsMemory(position, length), last);
            first ??= last;
            position += length;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
