namespace Namesake.Fuzz;

/// <summary>Changes a corpus file the way fuzzers do, the same every time: a failure found once is found again.</summary>
internal sealed class Mutations(ulong seed, IReadOnlyList<byte[]> corpus)
{
    private const int MaxLength = 16 * 1024;

    private static readonly byte[][] Tokens =
    [
        .. new[] { "\r\n", "\r", "\n", ".", "\r\n.\r\n", "\n.\n", "\0", "<", ">", "@", "\"", "\\", "(", ")", ":", ";", ",", "=", "+", " ", "\t", "[", "]", "250-", "250 ", "999", "-1",
            "18446744073709551616", "xn--", "\u00C3\u00BC", "\u00FF\u00FE", "BDAT 9 LAST\r\n", "*\r\n", "EHLO a\r\n", "RSET\r\n", "SMTPUTF8", "\\x{FC}", "+2B", "%" }.Select(t => t.Select(c => (byte)c).ToArray()),
        new byte[64], [.. Enumerable.Repeat((byte)'a', 300)], [.. Enumerable.Repeat((byte)'(', 500)], [.. Enumerable.Repeat((byte)'.', 40)],
    ];

    private ulong state = seed | 1;

    public byte[] Next(byte[] original)
    {
        var octets = new List<byte>(original);
        for (var rounds = 1 + Pick(4); rounds > 0; rounds--)
            Change(octets);
        return [.. octets.Take(MaxLength)];
    }

    private void Change(List<byte> octets)
    {
        var at = Pick(octets.Count + 1);
        var length = Math.Min(1 + Pick(20), octets.Count - at);
        switch (Pick(7))
        {
            case 0 when at < octets.Count:
                octets[at] ^= (byte)(1 << Pick(8));
                break;
            case 1 when at < octets.Count:
                octets[at] = (byte)Pick(256);
                break;
            case 2:
                octets.RemoveRange(at, length);
                break;
            case 3:
                octets.InsertRange(at, octets.GetRange(at, length));
                break;
            case 4:
                var other = corpus[Pick(corpus.Count)];
                var from = Pick(other.Length + 1);
                octets.InsertRange(at, other.AsSpan(from, Math.Min(Pick(200), other.Length - from)).ToArray());
                break;
            case 5:
                octets.RemoveRange(at, octets.Count - at);
                break;
            default:
                octets.InsertRange(at, Tokens[Pick(Tokens.Length)]);
                break;
        }
    }

    private int Pick(int count)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (int)(state % (ulong)count);
    }
}
