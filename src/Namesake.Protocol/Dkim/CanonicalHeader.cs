using System.Buffers;

namespace Namesake.Protocol.Dkim;

/// <summary>Header fields as they are hashed. RFC 6376 §3.4.1, §3.4.2</summary>
public static class CanonicalHeader
{
    /// <param name="field">One field with its continuation lines; a CRLF missing at its end is added, as it will be when the message is sent.</param>
    public static void Write(ReadOnlySpan<byte> field, DkimCanonicalization canonicalization, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (field.EndsWith("\r\n"u8))
            field = field[..^2];
        var room = output.GetSpan(field.Length + 3); // a colon where there is none, and the CRLF
        var length = canonicalization == DkimCanonicalization.Simple ? Copy(field, room) : Relax(field, room);
        "\r\n"u8.CopyTo(room[length..]);
        output.Advance(length + 2);
    }

    private static int Copy(ReadOnlySpan<byte> field, Span<byte> room)
    {
        field.CopyTo(room);
        return field.Length;
    }

    private static int Relax(ReadOnlySpan<byte> field, Span<byte> room)
    {
        var colon = field.IndexOf((byte)':');
        var name = field[..Math.Max(colon, 0)].TrimEnd(" \t"u8);
        var length = 0;
        foreach (var octet in name)
            room[length++] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        room[length++] = (byte)':';
        var value = field[(colon + 1)..];
        var begin = length;
        var space = false;
        for (var i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case (byte)' ' or (byte)'\t':
                    space = true;
                    continue;
                case (byte)'\r' when i + 1 < value.Length && value[i + 1] == '\n':
                    i++;
                    continue;
            }
            if (space && length > begin)
                room[length++] = (byte)' ';
            space = false;
            room[length++] = value[i];
        }
        return length;
    }
}
