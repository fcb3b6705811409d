using System.Buffers;
using System.Net;
using System.Text;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Reflecting;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Fuzz.Targets;

/// <summary>A hostile client against a reflector, and a hostile server that looks like one.</summary>
internal static class ReflectorTargets
{
    private static readonly HostName Name = HostName.Parse("reflect.ours.example");
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.5");

    /// <summary>Lines of a client. It never takes mail, its replies are bounded, and whatever name is said the address read from its first line is the client's.</summary>
    public static void Reflector(ReadOnlySpan<byte> input)
    {
        var dialogue = new ReflectorDialogue(Name, offersTls: true);
        var octets = Written(dialogue.Greeting());
        var lines = 0;
        while (!input.IsEmpty && !dialogue.IsClosed)
        {
            var end = input.IndexOf("\r\n"u8);
            var line = end < 0 ? input : input[..end];
            input = end < 0 ? default : input[(end + 2)..];
            lines++;
            switch (line.Length + 2 > ReflectorDialogue.MaxLineOctets ? dialogue.LineTooLong() : dialogue.Receive(line))
            {
                case ReflectorStep.Reply { Answer: var answer }:
                    Promise.That(answer.Code is 250 or 214 or (>= 500 and < 600));
                    octets += Written(answer);
                    break;
                case ReflectorStep.Close { Answer: var answer }:
                    Promise.That(answer.Code is 221 or 421 or 503 or 554 && dialogue.IsClosed);
                    octets += Written(answer);
                    break;
                case ReflectorStep.Look { Heard: var heard }:
                    var reply = dialogue.Answer(new ReflectedIdentity(Client, heard, "unknown") { Pointer = "PTR " + heard, Forward = heard, MayBeForged = lines % 2 == 0 });
                    octets += Written(reply);
                    Promise.That(Client.Equals(EhloEcho.Parse(reply.Lines[0]).Address));
                    Promise.That(reply.Lines.Length == 1 || ReflectorReport.Find(EhloResponse.Parse(reply)) is not null);
                    break;
                case ReflectorStep.UpgradeToTls:
                    dialogue.TlsStarted();
                    break;
            }
        }
        Promise.That(lines <= ReflectorDialogue.MostCommands + 1);
        Promise.That(octets <= (ReflectorDialogue.MostCommands + 2) * ReflectorForm.MostLines * (ReflectorForm.MostText + 16));
    }

    /// <summary>The answer of whoever may only look like a reflector.</summary>
    public static void Report(ReadOnlySpan<byte> input)
    {
        var lines = Encoding.Latin1.GetString(input).Split("\r\n");
        var response = EhloResponse.Parse(new SmtpReply(250, null, [.. lines]));
        if (ReflectorReport.Find(response) is { } report)
            Promise.That(report.Heard.Length <= input.Length && report.Verdict.Length <= Math.Max("unknown".Length, input.Length));
        EhloEcho.Parse(response.FirstLine);
    }

    private static int Written(SmtpReply reply)
    {
        var octets = new ArrayBufferWriter<byte>();
        reply.WriteTo(octets);
        foreach (var octet in octets.WrittenSpan)
            Promise.That(octet is >= 32 and <= 126 or 13 or 10);
        return octets.WrittenCount;
    }
}
