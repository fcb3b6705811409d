using System.Net;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>EHLO and QUIT from a source: asks a receiver or a witness which address it sees, and sends no mail.</summary>
public sealed class EchoProbe(IDialer dialer, DeliveryTimeouts timeouts, TimeProvider time) : IEchoProbe
{
    /// <summary>A probe is no delivery: a receiver that takes longer is asked again later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async Task<EchoProbeResult> AskAsync(Source source, NextHop hop, CancellationToken cancellation)
    {
        if (hop.Address.AddressFamily != source.Family)
            return EchoProbeResult.Unreached("the host has no address of the source's family");
        var dialled = await dialer.DialAsync(source.LocalAddress, new IPEndPoint(hop.Address, hop.Port), Least(timeouts.Connect), cancellation);
        if (dialled.Connection is null)
            return EchoProbeResult.Unreached(dialled.Explanation ?? dialled.Failure.ToString());
        await using var conversation = new Conversation(dialled.Connection, time, cancellation);
        var greeting = await conversation.HearAsync(Least(timeouts.Greeting), "connecting");
        if (greeting.Reply is not { Code: 220 })
            return EchoProbeResult.Unreached(greeting.Reply?.ToString() ?? greeting.Trouble!);
        CommandWriter.Ehlo(conversation.Output, source.Ehlo);
        if (await conversation.FlushAsync(Least(timeouts.Command), "EHLO") is { } trouble)
            return EchoProbeResult.Unreached(trouble);
        var heard = await conversation.HearAsync(Least(timeouts.Command), "EHLO");
        conversation.Write("QUIT\r\n"u8);
        await conversation.FlushAsync(TimeSpan.FromSeconds(1), "QUIT");
        return heard.Reply is { Code: 250 } reply
            ? EchoProbeResult.Answered(EhloResponse.Parse(reply).FirstLine)
            : EchoProbeResult.Unreached(heard.Reply?.ToString() ?? heard.Trouble!);
    }

    private static TimeSpan Least(TimeSpan configured) => configured < Patience ? configured : Patience;
}
