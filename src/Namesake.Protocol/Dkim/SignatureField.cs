using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Namesake.Protocol.Dkim;

/// <summary>Writes one DKIM-Signature field, folded at 78 columns where a word allows it. RFC 6376 §3.5, RFC 5322 §2.1.1</summary>
/// <remarks><c>b=</c> is the last tag: the field is hashed as it stands before its value is added (RFC 6376 §3.7), and with a given key its length is known before the body is.</remarks>
internal sealed class SignatureField
{
    private const int FoldAt = 78;

    private readonly ArrayBufferWriter<byte> octets = new(1024);
    private int column;

    /// <param name="names">What <c>h=</c> lists.</param>
    /// <param name="bodyHash">32 octets.</param>
    public SignatureField(DkimSigner signer, DkimOptions options, DateTimeOffset at, IReadOnlyList<string> names, ReadOnlySpan<byte> bodyHash)
    {
        Add("DKIM-Signature:");
        Word("v=1;");
        Word($"a={signer.Key.AlgorithmName};");
        Word($"c={Name(options.Header)}/{Name(options.Body)};");
        Word($"d={signer.Domain};");
        Word($"s={signer.Selector};");
        Word(string.Create(CultureInfo.InvariantCulture, $"t={at.ToUnixTimeSeconds()};"));
        if (options.Expiry is { } expiry)
            Word(string.Create(CultureInfo.InvariantCulture, $"x={(at + expiry).ToUnixTimeSeconds()};"));
        for (var i = 0; i < names.Count; i++)
        {
            var end = i + 1 < names.Count ? ":" : ";";
            if (i == 0)
                Word($"h={names[i]}{end}");
            else
                Piece(names[i], end);
        }
        Word($"bh={Convert.ToBase64String(bodyHash)};");
        Word("b=");
    }

    /// <summary>The field so far.</summary>
    public ReadOnlySpan<byte> Octets => octets.WrittenSpan;

    public void AddSignature(ReadOnlySpan<byte> signature)
    {
        Span<byte> room = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(signature.Length)];
        Base64.EncodeToUtf8(signature, room, out _, out var written);
        ReadOnlySpan<byte> value = room[..written];
        while (!value.IsEmpty)
        {
            if (column >= FoldAt)
                Fold();
            var length = Math.Min(value.Length, FoldAt - column);
            octets.Write(value[..length]);
            column += length;
            value = value[length..];
        }
        octets.Write("\r\n"u8);
    }

    private static string Name(DkimCanonicalization canonicalization) => canonicalization == DkimCanonicalization.Simple ? "simple" : "relaxed";

    private void Word(string word)
    {
        if (column + 1 + word.Length > FoldAt)
            Fold();
        else
        {
            octets.Write(" "u8);
            column++;
        }
        Add(word);
    }

    private void Piece(string name, string end)
    {
        if (column + name.Length + end.Length > FoldAt)
            Fold();
        Add(name);
        Add(end);
    }

    private void Add(string word)
    {
        Encoding.ASCII.GetBytes(word, octets);
        column += word.Length;
    }

    private void Fold()
    {
        octets.Write("\r\n\t"u8);
        column = 1;
    }
}
