using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Reflecting;
using Namesake.Core.Sources;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>Opens a session from the source to each of a few configured hosts and notes what came of it: reachable or not, the address seen, greeting and keywords as they arrived.</summary>
/// <remarks>1. EHLO and QUIT at each target. 2. Where port 25 wasn't reached and the target has a control port: whether that one is. 3. Where the node has other ways out than the
/// one in use: what the first target that echoes sees through each of them, and what DNS says of that address. Never mail; never a host that isn't configured.</remarks>
/// <param name="model">Whose witnesses are the targets, reflectors of ours among them.</param>
/// <param name="uplinks">Null: other ways out are not tried.</param>
public sealed class OutboundProbe(
    IDialer dialer, IUplinks? uplinks, Func<RelayModel> model, IDnsLookup dns, DeliveryTimeouts timeouts, TimeProvider time) : IFactProbe
{
    /// <summary>Targets asked for one source: enough for two independent ones beside a reflector; a long list is no reason to knock at every door.</summary>
    public const int MostTargets = 4;

    /// <summary>Other ways out that are tried.</summary>
    public const int MostWays = 4;

    /// <summary>A look is no delivery: who takes longer is silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What is kept of a greeting or a server's name.</summary>
    private const int MostText = 500;

    /// <summary>Keywords kept; servers offer a dozen.</summary>
    private const int MostKeywords = 100;

    public string Name => "the way out";

    public async Task<Func<IdentityFacts, IdentityFacts>> LookAsync(IdentityFacts basis, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var source = basis.Source;
        var asked = model().Witnesses.OrderByDescending(target => target.IsReflector).Take(MostTargets).ToList();
        if (asked.Count == 0)
            return static facts => facts;
        var sessions = await Task.WhenAll(asked.Select(target => AskAsync(source, target, dialer, cancellation)));
        var ways = await TryOtherWaysAsync(source, asked, cancellation);
        var seen = new OutboundFacts([.. sessions], ways);
        return facts => facts with { Outbound = seen };
    }

    private async Task<OutboundSession> AskAsync(Source source, WitnessModel target, IDialer way, CancellationToken cancellation)
    {
        if (await WitnessHop.FindAsync(dns, target.Host, target.Port, source.Family, cancellation) is not { } hop)
            return new OutboundSession(target.Host, "", target.Port, OutboundEnd.NoAddress) { IsReflector = target.IsReflector, Trouble = "it has no address of the source's family, or DNS did not answer" };
        var network = Observer.NetworkOf(hop.Address);
        var dialled = await way.DialAsync(source.LocalAddress, new IPEndPoint(hop.Address, hop.Port), Least(timeouts.Connect), cancellation);
        if (dialled.Connection is null)
        {
            var end = EndOf(dialled.Failure);
            return new OutboundSession(target.Host, network, target.Port, end)
            {
                IsReflector = target.IsReflector,
                Trouble = Short(dialled.Explanation ?? dialled.Failure.ToString()),
                ControlReached = end is OutboundEnd.Refused or OutboundEnd.Unreachable or OutboundEnd.Silent && target.ControlPort is { } port ? await ReachesAsync(source, new IPEndPoint(hop.Address, port), way, cancellation) : null,
            };
        }
        await using var conversation = new Conversation(dialled.Connection, time, cancellation);
        return await ConverseAsync(new OutboundSession(target.Host, network, target.Port, OutboundEnd.Broken) { IsReflector = target.IsReflector }, conversation, source);
    }

    private async Task<OutboundSession> ConverseAsync(OutboundSession session, Conversation conversation, Source source)
    {
        var greeting = await conversation.HearAsync(Least(timeouts.Greeting), "connecting");
        if (greeting.Reply is not { Code: 220 } welcome)
            return session with { Trouble = Short(greeting.Reply?.ToString() ?? greeting.Trouble!) };
        session = session with { Greeting = Short(string.Join(" / ", welcome.Lines)) };
        CommandWriter.Ehlo(conversation.Output, source.Ehlo);
        if (await conversation.FlushAsync(Least(timeouts.Command), "EHLO") is { } trouble)
            return session with { Trouble = Short(trouble) };
        var heard = await conversation.HearAsync(Least(timeouts.Command), "EHLO");
        conversation.Write("QUIT\r\n"u8);
        await conversation.FlushAsync(TimeSpan.FromSeconds(1), "QUIT");
        if (heard.Reply is not { } reply)
            return session with { Trouble = Short(heard.Trouble!) };
        if (reply.Code != 250)
            return session with { End = OutboundEnd.Answered, EhloRefused = reply.Code, Trouble = Short(reply.ToString()) };
        var response = EhloResponse.Parse(reply);
        return session with
        {
            End = OutboundEnd.Answered,
            ServerName = Short(response.ServerName),
            Seen = EhloEcho.Parse(response.FirstLine).PublicAddress(model().TreatAsPublic),
            Keywords = [.. response.Extensions.Keys.Order(StringComparer.Ordinal).Take(MostKeywords).Select(Short)],
            Heard = ReflectorReport.Find(response)?.Heard is { } name ? Short(name) : null,
        };
    }

    private async Task<bool?> ReachesAsync(Source source, IPEndPoint control, IDialer way, CancellationToken cancellation)
    {
        var dialled = await way.DialAsync(source.LocalAddress, control, Least(timeouts.Connect), cancellation);
        if (dialled.Connection is null)
            return EndOf(dialled.Failure) == OutboundEnd.Ours ? null : false;
        await dialled.Connection.DisposeAsync();
        return true;
    }

    private async Task<ImmutableArray<UplinkSighting>> TryOtherWaysAsync(Source source, List<WitnessModel> asked, CancellationToken cancellation)
    {
        var others = (uplinks?.WaysOf(source.LocalAddress) ?? []).Skip(1).Take(MostWays).ToList();
        var seen = ImmutableArray.CreateBuilder<UplinkSighting>();
        foreach (var way in others)
            if (uplinks!.Through(way) is { } through)
                seen.Add(await TryWayAsync(source, way, through, asked, cancellation));
        return seen.ToImmutable();
    }

    private async Task<UplinkSighting> TryWayAsync(Source source, WayOut way, IDialer through, List<WitnessModel> asked, CancellationToken cancellation)
    {
        var trouble = "nobody there says which address it sees";
        foreach (var target in asked)
        {
            var session = await AskAsync(source, target, through, cancellation);
            if (session.Seen is { } address)
                return new UplinkSighting(way.ToString(), address, address.Equals(source.PublicAddress) ? null : await new IdentityProbe(dns).LookAsync(address, source.Ehlo, cancellation), null);
            trouble = session.Trouble ?? trouble;
        }
        return new UplinkSighting(way.ToString(), null, null, trouble);
    }

    private static OutboundEnd EndOf(DialFailure failure) => failure switch
    {
        DialFailure.Refused => OutboundEnd.Refused,
        DialFailure.Unreachable => OutboundEnd.Unreachable,
        DialFailure.TimedOut => OutboundEnd.Silent,
        DialFailure.AddressMissing or DialFailure.WrongLocalAddress or DialFailure.OutOfResources => OutboundEnd.Ours,
        _ => OutboundEnd.Broken,
    };

    private static string Short(string text) => text.Length <= MostText ? text : text[..MostText];

    private static TimeSpan Least(TimeSpan configured) => configured < Patience ? configured : Patience;
}
