using System.Buffers;
using System.Text;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Fuzz.Targets;

internal static class ReplyTargets
{
    /// <summary>What a hostile server answers.</summary>
    public static void Reply(ReadOnlySpan<byte> input)
    {
        var whole = new ReadOnlySequence<byte>(input.ToArray());
        var cut = Promise.Cut(input, input.Length);
        while (true)
        {
            var before = whole.Length;
            var start = (int)(input.Length - before);
            var result = ReplyReader.TryRead(ref whole, out var reply, out var error);
            Promise.That(result == ReplyReader.TryRead(ref cut, out var same, out _));
            Promise.That(whole.Length == cut.Length && reply == same);
            Promise.That((result == ReplyReadResult.Malformed) == (error is not null));
            if (result != ReplyReadResult.Complete)
            {
                Promise.That(reply is null && whole.Length == before);
                Promise.That(result == ReplyReadResult.Malformed || before < ReplyReader.MaxOctets);
                return;
            }
            Promise.That(whole.Length < before && reply!.Lines.Length is >= 1 and <= ReplyReader.MaxLines);
            Promise.That(!reply!.ToString().Any(char.IsControl));
            var lines = Encoding.Latin1.GetString(input[start..^(int)whole.Length]).TrimEnd('\n').Split('\n');
            Promise.That(lines.Length == reply.Lines.Length && lines.All(l => l[..3] == lines[0][..3]) && lines.SkipLast(1).All(l => l[3] == '-'));
            var ehlo = EhloResponse.Parse(reply);
            Promise.That(ehlo.Extensions.Count < reply.Lines.Length && ehlo.Size is null or > 0);
            Written(reply);
        }
    }

    /// <summary>What hostile text does in a reply of ours.</summary>
    public static void ReplyText(ReadOnlySpan<byte> input) =>
        Written(new SmtpReply(550, new EnhancedStatusCode(5, 7, 1), [.. Encoding.UTF8.GetString(input).Split('|')]));

    private static void Written(SmtpReply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        reply.WriteTo(output);
        var lines = Encoding.Latin1.GetString(output.WrittenSpan).Split("\r\n");
        Promise.That(lines[^1].Length == 0 && lines.Length > reply.Lines.Length);
        Promise.That(lines.SkipLast(1).All(l => l.Length is >= 4 and <= SmtpReply.MaxLineOctets - 2 && l.All(c => c is >= ' ' and <= '~')));
        if (reply.Lines.Length > ReplyReader.MaxLines || output.WrittenCount > ReplyReader.MaxOctets || lines.Length > ReplyReader.MaxLines)
            return;
        var buffer = new ReadOnlySequence<byte>(output.WrittenMemory);
        Promise.That(ReplyReader.TryRead(ref buffer, out var read, out _) == ReplyReadResult.Complete && buffer.IsEmpty);
        Promise.That(read!.Code == reply.Code);
    }
}
