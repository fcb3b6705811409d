using System.Buffers;
using System.Text;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Headers;

namespace Namesake.Fuzz.Targets;

internal static class DkimTargets
{
    private static readonly DkimSigner Signer = MakeSigner();

    /// <summary>Content of any kind: signed the same whole and in pieces, and what is put in front of it stays one field.</summary>
    public static void Message(ReadOnlySpan<byte> input)
    {
        foreach (var canonicalization in Enum.GetValues<DkimCanonicalization>())
        {
            var options = new DkimOptions { Header = canonicalization, Body = canonicalization };
            var fault = Sign(new ReadOnlySequence<byte>(input.ToArray()), options, out var fields);
            Promise.That(fault == Sign(Promise.Cut(input, input.Length * 31 + 7), options, out var again));
            Promise.That(fields.SequenceEqual(again));
            var facts = HeaderScan.Read(input);
            Promise.That(fault is not null || facts.FromFields > 0);
            Promise.That(fault is null || fields.Length == 0);
            if (fault is not null)
                continue;
            var field = Encoding.Latin1.GetString(fields);
            Promise.That(field[..^2].Split("\r\n").All(line => line.Length <= 78));
            Promise.That(field.Replace("\r\n\t", " ", StringComparison.Ordinal)[..^2].All(c => c is >= ' ' and <= '~'));
            var signed = HeaderScan.Read([.. fields, .. input]);
            Promise.That(signed.FromFields == facts.FromFields && signed.HeaderLength - facts.HeaderLength == fields.Length);
        }
        foreach (var canonicalization in Enum.GetValues<DkimCanonicalization>())
        {
            var once = new ArrayBufferWriter<byte>();
            CanonicalHeader.Write(input, canonicalization, once);
            Promise.That(once.WrittenCount <= input.Length + 3 && once.WrittenSpan.EndsWith("\r\n"u8));
        }
    }

    /// <summary>A key file of any kind: read, or refused with a reason that holds nothing of it.</summary>
    public static void Key(ReadOnlySpan<byte> input)
    {
        var read = DkimKey.TryRead(Encoding.UTF8.GetString(input), out var key, out var error);
        Promise.That(read == (key is not null) && read == (error is null));
        Promise.That(error is null || (error.Length is > 10 and < 600 && !error.Any(char.IsControl)));
        if (key is not null)
            key.Sign(new byte[32], new byte[key.SignatureLength]);
    }

    private static DkimFault? Sign(ReadOnlySequence<byte> content, DkimOptions options, out byte[] fields)
    {
        using var message = new DkimMessage(options);
        foreach (var piece in content)
            message.Append(piece.Span);
        var output = new ArrayBufferWriter<byte>();
        var fault = message.Sign([Signer], DateTimeOffset.UnixEpoch, output);
        fields = output.WrittenSpan.ToArray();
        return fault;
    }

    private static DkimSigner MakeSigner()
    {
        // The published key of RFC 8463 appendix A.2.
        const string Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
        return DkimKey.TryRead(Pem, out var key, out var error) && DkimSigner.TryCreate(DomainName.Parse("acme.example"), "s1", key, out var signer, out error)
            ? signer
            : throw new InvalidOperationException(error);
    }
}
