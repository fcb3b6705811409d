using System.Buffers;
using System.Security.Cryptography;
using Namesake.Protocol.Headers;

namespace Namesake.Protocol.Dkim;

/// <summary>What DKIM signs of one message: its header, and a hash of its body, collected while the content passes by in pieces. RFC 6376 §3.7, §5</summary>
/// <remarks>Any number of signers share one pass over the body, as all use SHA-256. Meant for content that passed <c>ContentReader</c>: lines end with CRLF only. Nothing but the
/// header is kept.</remarks>
public sealed class DkimMessage : IDisposable
{
    /// <summary>Most fields named in <c>h=</c>, repetitions included.</summary>
    public const int MaxSignedFields = 200;

    private readonly DkimOptions options;
    private readonly BodyHash body;
    private readonly byte[] bodyHash = new byte[SHA256.HashSizeInBytes];
    private readonly ArrayBufferWriter<byte> header = new(2048);
    private bool headerEnded, headerTooLong, finished;

    public DkimMessage(DkimOptions? options = null)
    {
        this.options = options ?? DkimOptions.Default;
        body = new BodyHash(this.options.Body);
    }

    /// <summary>The next octets of the content, header first; pieces may be cut anywhere.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        while (!headerEnded && !content.IsEmpty)
            content = AppendHeader(content);
        body.Append(content);
    }

    /// <summary>Writes the fields that go in front of the content, one for each signer, in their order. May be called once.</summary>
    /// <param name="at">What <c>t=</c> says.</param>
    /// <returns>Null when all is written; nothing is written otherwise.</returns>
    /// <exception cref="CryptographicException">The system's cryptography failed; nothing is written.</exception>
    public DkimFault? Sign(IReadOnlyList<DkimSigner> signers, DateTimeOffset at, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(signers);
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(finished, this);
        finished = true;
        if (headerTooLong)
            return DkimFault.HeaderTooLong;
        if (SelectFields(out var names, out var canonical) is { } fault)
            return fault;
        body.Finish(bodyHash);
        var fields = signers.Select(signer => Signature(signer, at, names, canonical)).ToList();
        foreach (var field in fields)
            output.Write(field.Octets);
        return null;
    }

    /// <summary>How long the fields that <see cref="Sign"/> writes will be, once the header has passed: room can be left for them in front of a body that is still to come.</summary>
    /// <returns>Null when it is known.</returns>
    public DkimFault? Measure(IReadOnlyList<DkimSigner> signers, DateTimeOffset at, out int length)
    {
        ArgumentNullException.ThrowIfNull(signers);
        length = 0;
        if (headerTooLong || !headerEnded)
            return DkimFault.HeaderTooLong;
        if (SelectFields(out var names, out _) is { } fault)
            return fault;
        foreach (var signer in signers)
        {
            var field = new SignatureField(signer, options, at, names, bodyHash);
            field.AddSignature(new byte[signer.Key.SignatureLength]);
            length += field.Octets.Length;
        }
        return null;
    }

    public void Dispose() => body.Dispose();

    /// <summary>Takes a part, so that of a message given whole not all is copied.</summary>
    /// <returns>What is left.</returns>
    private ReadOnlySpan<byte> AppendHeader(ReadOnlySpan<byte> content)
    {
        var before = header.WrittenCount;
        var taken = content[..Math.Min(content.Length, Math.Min(1024, HeaderScan.MaxOctets + 1 - before))];
        header.Write(taken);
        var end = HeaderEnd(header.WrittenSpan, before);
        if (end < 0)
        {
            headerTooLong |= header.WrittenCount > HeaderScan.MaxOctets;
            return headerTooLong ? [] : content[taken.Length..];
        }
        headerEnded = true;
        header.ResetWrittenCount();
        header.Advance(end);
        return content[(end - before)..];
    }

    /// <returns>Length of the header with its blank line; negative while that has not come.</returns>
    private static int HeaderEnd(ReadOnlySpan<byte> header, int seen)
    {
        if (header.StartsWith("\r\n"u8))
            return 2;
        var from = Math.Max(0, seen - 3);
        var end = header[from..].IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : from + end + 4;
    }

    /// <summary>The names for <c>h=</c>, and the canonical form of what they name: of each name the last field first. RFC 6376 §5.4.2</summary>
    private DkimFault? SelectFields(out List<string> names, out ArrayBufferWriter<byte> canonical)
    {
        names = [];
        canonical = new ArrayBufferWriter<byte>(2048);
        Span<(int Index, int Start, int Length)> found = stackalloc (int, int, int)[MaxSignedFields];
        var count = 0;
        var fields = new FieldReader(header.WrittenSpan);
        while (fields.MoveNext() && !fields.IsBlankLine)
        {
            var index = fields.TrySplit(out var name, out _) ? SignedFields.IndexOf(name) : -1;
            if (index < 0)
                continue;
            if (count == found.Length)
                return DkimFault.TooManyFields;
            found[count++] = (index, fields.Position - fields.Field.Length, fields.Field.Length);
        }
        for (var index = 0; index < SignedFields.All.Length; index++)
        {
            var (listed, cover) = SignedFields.All[index];
            var present = 0;
            for (var i = count - 1; i >= 0; i--)
            {
                if (found[i].Index != index)
                    continue;
                present++;
                names.Add(listed);
                CanonicalHeader.Write(header.WrittenSpan.Slice(found[i].Start, found[i].Length), options.Header, canonical);
            }
            if (index == 0 && present == 0)
                return DkimFault.NoFrom;
            if (cover == Cover.NoMoreEver || (cover == Cover.PresentAndNoMore && present > 0))
                names.Add(listed);
        }
        return names.Count > MaxSignedFields ? DkimFault.TooManyFields : null;
    }

    private SignatureField Signature(DkimSigner signer, DateTimeOffset at, List<string> names, ArrayBufferWriter<byte> canonical)
    {
        var field = new SignatureField(signer, options, at, names, bodyHash);
        var others = canonical.WrittenCount;
        CanonicalHeader.Write(field.Octets, options.Header, canonical);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonical.WrittenSpan[..^2], hash); // the field itself without its CRLF
        canonical.ResetWrittenCount();
        canonical.Advance(others);
        Span<byte> signature = stackalloc byte[signer.Key.SignatureLength];
        signer.Key.Sign(hash, signature);
        field.AddSignature(signature);
        return field;
    }
}
