using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Signs one message while it is accepted, once, before it is stored: retries and all recipients carry the same signature. RFC 6376 §5.1</summary>
/// <remarks>What can't be signed is not accepted unsigned: receivers would take mail of a brand that always signs for a forgery.</remarks>
internal sealed class ContentSignature(ImmutableArray<DkimSigner> signers, DateTimeOffset at) : IDisposable
{
    private readonly DkimMessage _message = new();
    private int? _room;

    /// <summary>What the client hears instead of 250; null while all is well.</summary>
    public SmtpReply? Refusal { get; private set; }

    /// <summary>Why the signing itself failed, for the log; null where the message was the reason.</summary>
    public CryptographicException? Trouble { get; private set; }

    public void Append(ReadOnlySpan<byte> content) => _message.Append(content);

    /// <summary>Octets of the signatures to come, once the header has passed; none when there will be a refusal.</summary>
    public int Measure()
    {
        if (_message.Measure(signers, at, out var length) is { } fault)
            Refusal = Reply(fault);
        _room = length;
        return length;
    }

    /// <summary>The fields that go in front of the content; none when there is a refusal.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        if (Refusal is not null)
            return default;
        var output = new ArrayBufferWriter<byte>(1024);
        try
        {
            Refusal = _message.Sign(signers, at, output) is { } fault ? Reply(fault) : null;
        }
        catch (CryptographicException trouble)
        {
            Trouble = trouble;
            Refusal = SmtpReply.Of(451, "4.7.5", "The message could not be signed for its brand and is not accepted unsigned; try again later");
        }
        return Refusal is not null || _room is null || _room == output.WrittenCount
            ? output.WrittenMemory
            : throw new InvalidOperationException($"The signatures take {output.WrittenCount} octets, and room was left for {_room}.");
    }

    public void Dispose() => _message.Dispose();

    private static SmtpReply Reply(DkimFault fault) => SmtpReply.Of(554, "5.6.0", fault switch
    {
        DkimFault.TooManyFields => $"The message repeats header fields until more than {DkimMessage.MaxSignedFields} would have to be signed: each may stand once (RFC 5322 3.6)",
        DkimFault.NoFrom => "The message has no From field that could be signed",
        _ => "The header is too long to be signed",
    });
}
