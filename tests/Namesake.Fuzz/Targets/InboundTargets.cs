using System.Buffers;
using System.Net;
using System.Text;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Fuzz.Targets;

internal static class InboundTargets
{
    private static readonly IPAddress V4 = IPAddress.Parse("192.0.2.1"), V6 = IPAddress.Parse("2001:db8::1");

    /// <summary>What a hostile server says to somebody who knocks: its name, and its answers to a relay trial.</summary>
    public static void Greeting(ReadOnlySpan<byte> input)
    {
        var buffer = new ReadOnlySequence<byte>(input.ToArray());
        var reply = ReplyReader.TryRead(ref buffer, out var read, out _) == ReplyReadResult.Complete ? read : null;
        foreach (var line in new[] { Encoding.UTF8.GetString(input), reply?.Lines[0] ?? "" })
        {
            var name = GreetingName.Of(line);
            Promise.That(name is null || (name.Value.Length <= 253 && name.Labels.Length > 1));
            if (name is null)
                continue;
            foreach (var question in RelayForms.For(name)) // no name can write a line of its own
                Promise.That((question.Sender + question.Recipient).All(c => c is > ' ' and <= '~' and not ('<' or '>')) && question.Sender.Length < 500 && question.Recipient.Length < 500);
        }
        if (reply is null)
            return;
        Promise.That((RelayForms.AtRecipient(reply) == RelayAnswer.Taken) == reply.Code < 300);
        Promise.That(RelayForms.AtMail(reply) != RelayAnswer.Taken);
    }

    /// <summary>What echo services and lists write about us.</summary>
    public static void HeloEcho(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Promise.That(HeloCheckReply.Read(text) is not { } echo || (echo.Helo.Length is > 0 and <= 255 && !echo.Helo.Any(char.IsWhiteSpace)));
        Promise.That(HeloCheckReply.NameIn(text) is not { } name || (name.Length is > 2 and < 1400 && name.Contains('.', StringComparison.Ordinal)));
    }

    /// <summary>What a registry, or whoever stands in its place, answers.</summary>
    public static void Rdap(ReadOnlySpan<byte> input)
    {
        var octets = input.ToArray();
        foreach (var address in new[] { V4, V6 })
            Promise.That(RdapReading.ServerFor(address, octets, allowHttp: false) is not { } server || server.Scheme == "https");
        if (RdapReading.Network(octets) is not { } network)
            return;
        Promise.That(!network.Block.Any(char.IsControl) && network.Block.Length < 300);
        Promise.That(network.AbuseContacts.Length <= 5 && network.AbuseContacts.All(contact => contact.Length <= 254 && !contact.Any(char.IsControl)));
    }
}
