using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Namesake.Protocol.Smtp.Content;

/// <summary>What a scan stopped at.</summary>
internal enum ContentMark
{
    /// <summary>Nothing: all octets were ordinary.</summary>
    None,
    DotAtLineStart,
    BareLineFeed,

    /// <summary>Found at the octet behind the CR.</summary>
    BareCarriageReturn,
    LineTooLong,
}

/// <summary>Runs over content and stops where something has to be done: at a dot that begins a line, and where CR and LF are not a pair.</summary>
/// <remarks>Blocks of 32 octets are judged whole: each CR must have an LF one place further on, each dot behind an LF is a mark. Blocks without a mark are passed without a branch per
/// octet; only a block that has one is walked. State is carried between calls, so chunks may be cut anywhere.</remarks>
internal struct ContentScanner(int maxLineLength)
{
    private const int Block = 32;

    private bool afterReturn;
    private int lineLength; // octets since the line began, its CR included

    /// <summary>True at the start of the content and behind each CRLF.</summary>
    public bool AtLineStart { get; private set; } = true;

    /// <summary>A CR was the last octet; its LF is still to come.</summary>
    public readonly bool AwaitsLineFeed => afterReturn;

    /// <summary>Lines ended by CRLF so far.</summary>
    public long Lines { get; private set; }

    /// <summary>A line had more than <see cref="ContentReader.StandardLineLength"/> octets.</summary>
    public bool HasLongLine { get; private set; }

    public bool HasNul { get; private set; }

    public bool HasEightBit { get; private set; }

    /// <summary>Passes over ordinary octets.</summary>
    /// <returns>How many were ordinary; the octet behind them, if any, is the mark's.</returns>
    public int Advance(ReadOnlySpan<byte> octets, out ContentMark mark)
    {
        var position = 0;
        while (true)
        {
            position += AdvanceBlocks(octets[position..]);
            var end = Math.Min(position + Block, octets.Length);
            for (; position < end; position++)
            {
                mark = Step(octets[position]);
                if (mark != ContentMark.None)
                    return position;
            }
            if (position == octets.Length)
            {
                mark = ContentMark.None;
                return position;
            }
        }
    }

    /// <summary>The dot at this line's start has been dealt with: a further one is ordinary.</summary>
    public void PassDot() => AtLineStart = false;

    /// <summary>The fault the scan stopped at is known and of no further interest; the octet of a bare LF is the caller's to skip.</summary>
    public void PassFault(ContentMark fault)
    {
        switch (fault)
        {
            case ContentMark.BareLineFeed:
                AtLineStart = false; // only CRLF begins a line
                break;
            case ContentMark.BareCarriageReturn:
                afterReturn = false;
                break;
            case ContentMark.LineTooLong:
                maxLineLength = int.MaxValue - Block;
                lineLength = 0;
                break;
        }
    }

    private ContentMark Step(byte octet)
    {
        if (afterReturn != (octet == '\n'))
            return afterReturn ? ContentMark.BareCarriageReturn : ContentMark.BareLineFeed;
        if (octet == '\n')
        {
            EndLine(lineLength - 1);
            lineLength = 0;
            AtLineStart = true;
            afterReturn = false;
            return ContentMark.None;
        }
        if (octet == '.' && AtLineStart)
            return ContentMark.DotAtLineStart;
        if (octet != '\r' && lineLength >= maxLineLength)
            return ContentMark.LineTooLong;
        lineLength++;
        AtLineStart = false;
        afterReturn = octet == '\r';
        HasEightBit |= octet >= 0x80;
        HasNul |= octet == 0;
        return ContentMark.None;
    }

    private void EndLine(int length)
    {
        Lines++;
        HasLongLine |= length > ContentReader.StandardLineLength;
    }

    private int AdvanceBlocks(ReadOnlySpan<byte> octets)
    {
        ref var first = ref MemoryMarshal.GetReference(octets);
        var position = 0;
        uint carryReturn = afterReturn ? 1u : 0, carryStart = AtLineStart ? 1u : 0, eightBit = 0, nul = 0;
        for (; position + Block <= octets.Length; position += Block)
        {
            ref var block = ref Unsafe.Add(ref first, position);
            var returns = Mask(ref block, (byte)'\r');
            var feeds = Mask(ref block, (byte)'\n');
            var starts = (feeds << 1) | carryStart;
            if ((((returns << 1) | carryReturn) ^ feeds) != 0 || (starts & Mask(ref block, (byte)'.')) != 0)
                break;
            if (!TryMeasure(feeds))
                break;
            eightBit |= HighBits(ref block);
            nul |= Mask(ref block, 0);
            carryReturn = returns >> (Block - 1);
            carryStart = feeds >> (Block - 1);
        }
        afterReturn = carryReturn != 0;
        AtLineStart = carryStart != 0;
        HasEightBit |= eightBit != 0;
        HasNul |= nul != 0;
        return position;
    }

    // Within a block only the first line can be a long one: the others began in it.
    private bool TryMeasure(uint feeds)
    {
        if (feeds == 0)
        {
            if (lineLength + Block > maxLineLength)
                return false;
            lineLength += Block;
            return true;
        }
        var length = lineLength + BitOperations.TrailingZeroCount(feeds) - 1;
        if (length > maxLineLength || maxLineLength < Block)
            return false;
        Lines += BitOperations.PopCount(feeds);
        HasLongLine |= length > ContentReader.StandardLineLength;
        lineLength = BitOperations.LeadingZeroCount(feeds);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mask(ref byte block, byte value) => Vector256.IsHardwareAccelerated
        ? Vector256.Equals(Vector256.LoadUnsafe(ref block), Vector256.Create(value)).ExtractMostSignificantBits()
        : Vector128.Equals(Vector128.LoadUnsafe(ref block), Vector128.Create(value)).ExtractMostSignificantBits()
            | (Vector128.Equals(Vector128.LoadUnsafe(ref block, 16), Vector128.Create(value)).ExtractMostSignificantBits() << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HighBits(ref byte block) => Vector256.IsHardwareAccelerated
        ? Vector256.LoadUnsafe(ref block).ExtractMostSignificantBits()
        : Vector128.LoadUnsafe(ref block).ExtractMostSignificantBits() | (Vector128.LoadUnsafe(ref block, 16).ExtractMostSignificantBits() << 16);
}
