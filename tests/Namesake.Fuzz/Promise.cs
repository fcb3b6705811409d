using System.Buffers;
using System.Runtime.CompilerServices;

namespace Namesake.Fuzz;

/// <summary>A parser's promise, checked without a test framework so that a fuzzer's driver can use the targets too.</summary>
internal static class Promise
{
    public static void That(bool kept, [CallerArgumentExpression(nameof(kept))] string? promise = null)
    {
        if (!kept)
            throw new BrokenPromiseException(promise ?? "");
    }

    /// <summary>A sequence cut into segments at places that the input itself decides.</summary>
    public static ReadOnlySequence<byte> Cut(ReadOnlySpan<byte> octets, int seed)
    {
        if (octets.IsEmpty)
            return ReadOnlySequence<byte>.Empty;
        Segment? first = null, last = null;
        var random = (uint)seed | 1;
        for (var position = 0; position < octets.Length;)
        {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            var length = Math.Min(octets.Length - position, 1 + (int)(random % 67));
            last = new Segment(octets.Slice(position, length).ToArray(), last);
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
            RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
            before?.Next = this;
        }
    }
}
