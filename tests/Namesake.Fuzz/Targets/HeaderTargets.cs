using System.Buffers;
using System.Net;
using System.Text;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Headers;

namespace Namesake.Fuzz.Targets;

internal static class HeaderTargets
{
    private static readonly HostName By = HostName.Parse("mail.acme.example");

    public static void Header(ReadOnlySpan<byte> input)
    {
        var facts = HeaderScan.Read(input);
        Promise.That(facts.HeaderLength >= 0 && facts.HeaderLength <= input.Length);
        Promise.That(facts.HeaderLength == input.Length || input[..facts.HeaderLength].EndsWith("\r\n"u8));
        Promise.That(facts.FromFields >= 0 && (facts.FromFields > 0 || (facts.From.IsEmpty && !facts.IsFromMalformed)));
        Promise.That(facts.IsFromMalformed || facts.From.Length >= facts.FromFields);
        Promise.That(facts.MessageId is null || (facts.MessageId.Length <= 998 && !facts.MessageId.Any(char.IsControl)));
        // What follows the header changes nothing in it.
        var more = HeaderScan.Read([.. input[..facts.HeaderLength], .. "From: eve@evil.example\r\n"u8]);
        if (input[..facts.HeaderLength].EndsWith("\r\n\r\n"u8))
            Promise.That(more.FromFields == facts.FromFields && more.ReceivedCount == facts.ReceivedCount && more.HeaderLength == facts.HeaderLength);
    }

    /// <summary>The value of one From field. What it held, written plainly, is read the same.</summary>
    public static void AddressList(ReadOnlySpan<byte> input)
    {
        var facts = HeaderScan.Read([.. "From: "u8, .. input, .. "\r\n\r\n"u8]);
        if (facts.IsFromMalformed || facts.FromFields != 1)
            return;
        Promise.That(!facts.From.IsEmpty);
        var again = HeaderScan.Read(Encoding.UTF8.GetBytes($"From: {string.Join(",\r\n ", facts.From)}\r\n\r\n"));
        Promise.That(!again.IsFromMalformed && again.From.AsSpan().SequenceEqual(facts.From.AsSpan()));
    }

    /// <summary>EHLO's argument in our trace line: the line stays one field of printable characters.</summary>
    public static void Received(ReadOnlySpan<byte> input)
    {
        var output = new ArrayBufferWriter<byte>();
        var text = Encoding.UTF8.GetString(input);
        ReceivedHeader.Write(output, text, IPAddress.Loopback, By, new TransmissionType(true, false, true, true), text, DateTimeOffset.UnixEpoch, null);
        Promise.That(output.WrittenCount < 1500 + input.Length && output.WrittenSpan.EndsWith("\r\n"u8));
        var facts = HeaderScan.Read([.. output.WrittenSpan, .. "\r\n"u8]);
        Promise.That(facts.ReceivedCount == 1 && !facts.IsMalformed && facts.HeaderLength == output.WrittenCount + 2);
        Promise.That(Encoding.Latin1.GetString(output.WrittenSpan).Replace("\r\n\t", " ", StringComparison.Ordinal)[..^2].All(c => c is >= ' ' and <= '~'));
    }
}
