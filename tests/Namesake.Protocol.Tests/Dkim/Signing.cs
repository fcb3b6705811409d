using System.Buffers;
using Namesake.Protocol.Dkim;

namespace Namesake.Protocol.Tests.Dkim;

internal static class Signing
{
    public static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    /// <param name="pieces">Lengths of the pieces, used round and round; none for one piece.</param>
    public static (DkimFault? Fault, string Fields) Sign(byte[] content, DkimOptions? options, IReadOnlyList<DkimSigner> signers, params int[] pieces)
    {
        using var message = new DkimMessage(options);
        for (int position = 0, i = 0; position < content.Length; i++)
        {
            var length = pieces.Length == 0 ? content.Length : Math.Clamp(pieces[i % pieces.Length], 1, content.Length - position);
            message.Append(content.AsSpan(position, length));
            position += length;
        }
        var output = new ArrayBufferWriter<byte>();
        var fault = message.Sign(signers, At, output);
        return (fault, Octets.Text(output.WrittenSpan));
    }

    public static byte[] Signed(byte[] content, DkimOptions? options, params DkimSigner[] signers)
    {
        var (fault, fields) = Sign(content, options, signers);
        Assert.Null(fault);
        return [.. Octets.Of(fields), .. content];
    }

    /// <summary>The value of a tag, without folding.</summary>
    public static string Tag(string field, string name)
    {
        var tags = field.Replace("\r\n", "", StringComparison.Ordinal)["DKIM-Signature:".Length..].Split(';');
        return tags.Select(tag => tag.Trim().Split('=', 2)).Single(tag => tag[0] == name)[1].Replace("\t", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
    }
}
