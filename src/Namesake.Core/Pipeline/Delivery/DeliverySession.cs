using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Replies;
using Namesake.Core.Sources;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>One connection to one receiver under one source's name, and the messages it carries.</summary>
/// <remarks>The order is fixed: the receiver's name, bind, connect, getsockname, greeting, EHLO, fence, STARTTLS, EHLO, fence, and only then MAIL FROM. There is no way
/// round a step: a session that has not passed the fence has no transaction to offer. Hosts are tried by preference until one is ready.</remarks>
public sealed class DeliverySession : IAsyncDisposable
{
    private const int MostHops = 5;

    private readonly DeliveryPorts _ports;
    private readonly Source _source;
    private readonly Reachable _route;
    private readonly SessionKey _key;
    private readonly CancellationToken _stop;
    private Conversation? _conversation;
    private EhloResponse? _ehlo;
    private bool _inUse;
    private int _transactions;
    private Func<SiteId, bool>? _isClosed;

    internal DeliverySession(DeliveryPorts ports, Waybill first, CancellationToken stop)
    {
        _stop = stop;
        _ports = ports;
        (_source, _route, _key) = (first.Source, first.Route, first.Session);
    }

    public SessionFacts Facts { get; private set; } = new();

    /// <summary>Whether this session may carry it: the same key, and connected to an address that DNS still gives for it.</summary>
    public bool Carries(Waybill waybill) => waybill.Session == _key && (_conversation is null || Facts.Hop is not { } hop || Leads(waybill.Route, hop));

    /// <summary>This connection has carried what the site takes on one: it is ended politely and another is made.</summary>
    public bool IsSpent => _transactions >= _route.Limits.MessagesPerConnection;

    /// <summary>Carries out one attempt, connecting first when needed.</summary>
    /// <remarks>Receivers end connections that idle, at any moment and without a word. That is no failure of an attempt: a connection that was used before
    /// and is found closed before it has answered anything is replaced by a fresh one, once.</remarks>
    /// <param name="mayGo">Asked once more when the session stands, and right before each MAIL FROM: connecting, greeting and TLS may have taken minutes.</param>
    /// <param name="isClosed">Whether something keeps this source from a receiver that steps in for the route's own; null: nothing does.</param>
    public async Task<AttemptReport> SendAsync(Waybill waybill, Func<CancellationToken, Task<StoredContent>> content, Func<bool> mayGo, Func<SiteId, bool>? isClosed = null)
    {
        _isClosed = isClosed;
        var started = _ports.Time.GetTimestamp();
        // Said unasked: nothing that comes next could be taken for an answer. Or the host that stepped in was held or suspended meanwhile.
        if (_conversation is { HasUnread: true } || (_conversation is not null && IsClosed(Facts.Hop!)))
            await CloseAsync();
        Facts.Reused = _conversation is not null;
        var report = await TryAsync(waybill, content, mayGo);
        if (Facts.Reused && report.NothingHeard && !_stop.IsCancellationRequested)
        {
            await CloseAsync();
            report = await TryAsync(waybill, content, mayGo);
        }
        return report with { Took = _ports.Time.GetElapsedTime(started), Facts = Facts };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptReport> TryAsync(Waybill waybill, Func<CancellationToken, Task<StoredContent>> content, Func<bool> mayGo)
    {
        // On hosts that serve many domains only this one's mail waits: the lane is everybody's.
        if (_route.Identity == RouteIdentity.Public && !_ports.Standings.MayGreet(_source, waybill.Consignment.Key.Domain.Value))
            return AttemptReport.Same(waybill, new Deferred(SessionPhase.Ehlo, FailureScope.Message, null,
                $"EH-10: {waybill.Consignment.Key.Domain} would be greeted with its own name, {_source.Ehlo}; receivers take that for a forgery, so nothing was said"), alive: _conversation is not null && _inUse, trouble: null, TimeSpan.Zero, Facts);
        if (_conversation is null && await ConnectAsync(mayGo) is { } failure)
            return AttemptReport.Same(waybill, failure.Outcome, alive: false, failure.Trouble, TimeSpan.Zero, Facts) with { IdentityRefusal = failure.IdentityRefusal };
        // A host that steps in may have been held or suspended while the session was made, or content was opened.
        var stays = _route.IsBest(Facts.Hop!) ? mayGo : () => mayGo() && !IsClosed(Facts.Hop!);
        if (!Facts.Reused && !stays())
        {
            _inUse = true;
            return AttemptReport.Same(waybill, new Abandoned(SessionPhase.Fence, "the source was held, or changed, while the session was made; stopped before MAIL FROM"), alive: false, trouble: null, TimeSpan.Zero, Facts);
        }

        // Until the transaction has come to a clean end nothing polite may be said: QUIT in the middle of content would be content.
        _inUse = false;
        _transactions += Transaction.Count(waybill.Consignment);
        var transaction = new Transaction(_conversation!, _ehlo!, _ports.Timeouts, Scene(Facts.Hop!), Outputs, stays);
        var report = await transaction.RunAsync(waybill.Consignment, content, _stop);
        if (report.Trouble is { } trouble)
            report = report with { Trouble = Told(Facts.Hop!, trouble) };
        _inUse = report.SessionAlive || transaction.IsStopped;
        if (report.IdentityRefusal is { } refusal)
            Tell(Facts.Hop!, refusal);
        else if (_route.Identity == RouteIdentity.Public && report.Outcomes.Any(outcome => outcome is Delivered))
            _ports.Standings.Accepted(_source.Id, SiteOf(Facts.Hop!));
        return report;
    }

    /// <summary>Hosts of our own are no witnesses of how the world sees us.</summary>
    private void Tell(NextHop hop, JudgedReply refusal)
    {
        if (_route.Identity == RouteIdentity.Public)
            _ports.Standings.RefusedForIdentity(new IdentityRefusal(_source.Id, SiteOf(hop), hop, refusal.Reply, refusal.Verdict));
    }

    /// <summary>Whose word it is that a host gives: one that only steps in for the receiver is somebody else's, mostly, and speaks for itself.</summary>
    private SiteId SiteOf(NextHop hop) => _route.IsBest(hop) ? _route.Site : new SiteId(SiteRules.OperatorOf(hop.Host));

    /// <summary>Whoever sends asks for the route's own receiver; for hosts that step in it is asked here.</summary>
    private bool IsClosed(NextHop hop) => _route.Identity == RouteIdentity.Public && _isClosed is not null && !_route.IsBest(hop) && _isClosed(SiteOf(hop));

    /// <summary>As with <see cref="SiteOf"/>: what such a host says rests no operator's lane.</summary>
    private Trouble Told(NextHop hop, Trouble trouble) => _route.IsBest(hop) ? trouble : trouble with { Depth = TroubleDepth.Destination };

    /// <summary>What stays inside shows nobody anything.</summary>
    private OutputSamples? Outputs => _route.Identity == RouteIdentity.Internal ? null : _ports.Outputs;

    private ReplyScene Scene(NextHop hop) => new(null, hop.Host, _source.PublicAddress, _source.Ehlo.Value);

    private static bool Leads(Reachable route, NextHop to)
    {
        foreach (var hop in route.Hops)
            if (hop.Port == to.Port && hop.Address.Equals(to.Address))
                return true;
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_conversation is null)
            return;
        if (_inUse)
        {
            // Politeness only: nothing depends on the answer, and a receiver that doesn't give one must not hold us up.
            _conversation.Write("QUIT\r\n"u8);
            await _conversation.FlushAsync(TimeSpan.FromSeconds(1), "QUIT");
        }
        else
        {
            // In the middle of something: what was written and has not left must never, or it could end a message we count as not sent.
            _conversation.CutOff();
        }

        await _conversation.DisposeAsync();
    }

    private async ValueTask CloseAsync()
    {
        if (_conversation is { } conversation)
            await conversation.DisposeAsync();
        _conversation = null;
    }

    private sealed record Failure(Outcome Outcome, Trouble? Trouble, JudgedReply? IdentityRefusal = null);

    private async Task<Failure?> ConnectAsync(Func<bool> mayGo)
    {
        Failure? last = null;
        NextHop? ownName = null, closed = null;
        var answered = false;
        foreach (var hop in TryOrder.Of(_route, _source.Family, Random.Shared).Take(MostHops))
        {
            _stop.ThrowIfCancellationRequested();
            if (_route.Identity == RouteIdentity.Public && !_ports.Standings.MayGreet(_source, hop.Host))
            {
                ownName ??= hop;
                continue;
            }

            if (IsClosed(hop))
            {
                closed ??= hop;
                continue;
            }

            if (last is not null && !mayGo()) // The host before may have taken minutes to fail.
                return new Failure(new Abandoned(SessionPhase.Connect, "the source was held, or changed, while a session was tried"), null);
            Facts = new SessionFacts { Hop = hop };
            last = await ConnectToAsync(hop);
            if (last is null)
                return null;
            await CloseAsync();
            // Cut off in the middle: that says nothing of the receiver.
            _stop.ThrowIfCancellationRequested();

            if (last.Outcome is Abandoned || last.IdentityRefusal is not null)
                return last; // Our own trouble, the fence or our identity: another host would change nothing, or leak.
            answered |= last.Outcome.Reply is not null;
        }

        if (last is null && ownName is { } own)
        {
            Facts = new SessionFacts { Hop = own };
            _ports.Standings.OwnNameMet(_source, _route.Site, own.Host);
            return new Failure(new Abandoned(SessionPhase.Ehlo, $"EH-10: {own.Host} would be greeted with its own name; nothing was said to it"), null);
        }

        if (last is null && closed is { } held)
        {
            Facts = new SessionFacts { Hop = held };
            var text = $"{held.Host}, which steps in for {_route.Site}, is held or suspended for {_source.Id}";
            return new Failure(new Deferred(SessionPhase.Connect, FailureScope.Site, null, text), new Trouble(TroubleDepth.Destination, text));
        }

        if (last is { Trouble: { } trouble })
            return last with { Trouble = trouble with { NobodyAnswers = !answered } };
        return last ?? new Failure(
            new Deferred(SessionPhase.Connect, FailureScope.Site, null, $"{_route.Site} has no {(_source.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address and {_source.Id} no other"),
            null);
    }

    private async Task<Failure?> ConnectToAsync(NextHop hop, bool plain = false)
    {
        var started = _ports.Time.GetTimestamp();
        var dialled = await _ports.Dialer.DialAsync(_source.LocalAddress, new System.Net.IPEndPoint(hop.Address, hop.Port), _ports.Timeouts.Connect, _stop);
        Facts.Connecting = _ports.Time.GetElapsedTime(started);
        if (dialled.Connection is null)
            return NotConnected(hop, dialled);
        if (dialled.Connection.Local is var local && !local.Address.Equals(_source.LocalAddress))
        {
            // Whoever dialled has looked, too (EG-02): what it gave us is looked at before a word is said.
            await dialled.Connection.DisposeAsync();
            return NotConnected(hop, new DialResult(null, DialFailure.WrongLocalAddress, $"the connection to {hop} leaves from {local}"));
        }

        _conversation = new Conversation(dialled.Connection, _ports.Time, _stop);
        _transactions = 0;
        Facts.Local = dialled.Connection.Local;

        var greeting = await _conversation.HearAsync(_ports.Timeouts.Greeting, "connecting");
        if (greeting.Reply is not { Code: 220 })
            return SiteFailure(SessionPhase.Greeting, hop, greeting);

        if (await GreetAsync(hop, newConnection: true) is { } refused)
            return refused;
        if (plain || !_ehlo!.StartTls)
            return null;
        return await UpgradeAsync(hop);
    }

    private Failure NotConnected(NextHop hop, DialResult dialled)
    {
        switch (dialled.Failure)
        {
            case DialFailure.AddressMissing or DialFailure.WrongLocalAddress:
                _ports.Standings.BindFailed(_source, dialled.Explanation ?? dialled.Failure.ToString(), dialled.Failure == DialFailure.WrongLocalAddress);
                return new Failure(new Abandoned(SessionPhase.Bind, $"{_source.LocalAddress} could not be bound: {dialled.Explanation}"), null);
            case DialFailure.OutOfResources:
                return new Failure(new Abandoned(SessionPhase.Bind, $"this host is out of sockets or memory: {dialled.Explanation}"), new Trouble(TroubleDepth.Lane, "this host is out of sockets or memory"));
            default:
                var text = $"could not connect to {hop}: {dialled.Explanation}";
                return new Failure(new Deferred(SessionPhase.Connect, FailureScope.Site, null, text), new Trouble(TroubleDepth.Destination, text));
        }
    }

    /// <summary>EHLO under the source's name, and the fence on its answer.</summary>
    private async Task<Failure?> GreetAsync(NextHop hop, bool newConnection)
    {
        var line = new ArrayBufferWriter<byte>(64);
        CommandWriter.Ehlo(line, _source.Ehlo);
        _conversation!.Write(line.WrittenSpan);
        // EH-01 judges the bytes that leave, not what we meant to write.
        var said = Encoding.ASCII.GetString(line.WrittenSpan["EHLO ".Length..^"\r\n".Length]);
        var heard = await SayAsync("EHLO");
        if (heard.Reply is { IsPermanent: true } and not { Code: 521 or 554 or 550 })
        {
            // A server of before 1995. RFC 5321 §4.1.4: fall back to HELO.
            CommandWriter.Helo(_conversation.Output, _source.Ehlo);
            heard = await SayAsync("HELO");
        }

        if (heard.Reply is not { Code: 250 } reply)
            return SiteFailure(SessionPhase.Ehlo, hop, heard);
        _ehlo = EhloResponse.Parse(reply);
        if (newConnection)
            Facts.Ehlo = said;
        else
            Facts.EhloAfterTls = said;
        return _route.Identity == RouteIdentity.Public ? await FenceAsync(hop, _ehlo, newConnection, said) : null;
    }

    private async Task<Failure?> FenceAsync(NextHop hop, EhloResponse ehlo, bool newConnection, string said)
    {
        var sighting = _ports.Fence.Read(_source, SiteOf(hop), hop, ehlo.FirstLine, newConnection, said, newConnection ? null : Facts.Ehlo);
        Facts.Observed = sighting.Observed ?? Facts.Observed;
        switch (_ports.Standings.Sighted(sighting))
        {
            case FenceVerdict.Confirmed:
                return null;
            case FenceVerdict.Silent:
                var age = await _ports.Fence.AgeOfProofAsync(_source, SiteOf(hop), _stop);
                return age == ProofAge.Young
                    ? null
                    : new Failure(new Abandoned(SessionPhase.Fence, $"{hop.Host} does not echo our address, and the newest proof of {_source.PublicAddress} is older than silentReceivers.requireProof allows"),
                        age == ProofAge.Held ? null : Told(hop, new Trouble(TroubleDepth.Lane, "the proof of our public address is too old for a receiver that does not echo it")));
            default:
                _conversation!.Write("QUIT\r\n"u8);
                await _conversation.FlushAsync(TimeSpan.FromSeconds(1), "QUIT");
                return new Failure(new Abandoned(SessionPhase.Fence, sighting.Observed is { } seen && !seen.Equals(_source.PublicAddress)
                    ? $"EG-01: {hop.Host} sees us as {seen}, expected {_source.PublicAddress}; stopped before MAIL FROM"
                    : $"{_source.Id} was changed or held while the session was being made; stopped before MAIL FROM"), null);
        }
    }

    private async Task<Failure?> UpgradeAsync(NextHop hop)
    {
        var started = _ports.Time.GetTimestamp();
        _conversation!.Write("STARTTLS\r\n"u8);
        var heard = await SayAsync("STARTTLS");
        if (heard.Reply is null)
            return SiteFailure(SessionPhase.StartTls, hop, heard);
        if (heard.Reply.Code != 220)
            return null; // Opportunistic: it offered, then refused. The session is still good in plain (RFC 3207 §4).
        if (_conversation.HasUnread)
        {
            // Answers injected in the clear would be read as if they had come encrypted (CVE-2021-33515 and its kin).
            return SiteFailure(SessionPhase.StartTls, hop, new Heard(null, "more was sent in the clear behind the answer to STARTTLS"));
        }

        string? trouble;
        using (var patience = new CancellationTokenSource(_ports.Timeouts.Command, _ports.Time))
        {
            try
            {
                await _conversation.Connection.StartTlsAsClientAsync(hop.Host, verify: false, patience.Token);
                trouble = null;
            }
            catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
            {
                trouble = failure.Message;
            }
        }

        if (trouble is not null)
        {
            // Opportunistic TLS never costs a delivery (RFC 7435): once more on a new connection, in plain.
            await CloseAsync();
            _stop.ThrowIfCancellationRequested();
            return await ConnectToAsync(hop, plain: true);
        }

        Facts.Tls = _conversation.Connection.Tls;
        Facts.Handshaking = _ports.Time.GetElapsedTime(started);
        return await GreetAsync(hop, newConnection: false);
    }

    private async Task<Heard> SayAsync(string what)
    {
        if (await _conversation!.FlushAsync(_ports.Timeouts.Command, what) is { } trouble)
            return new Heard(null, trouble);
        return await _conversation.HearAsync(_ports.Timeouts.Command, what);
    }

    /// <summary>The receiver doesn't want the session: whatever its code, the mail is not refused, it waits (a 554 greeting speaks of us, not of the message).</summary>
    private Failure SiteFailure(SessionPhase phase, NextHop hop, Heard heard)
    {
        var text = heard.Reply is { } reply ? $"{hop.Host} said {reply}" : $"{hop.Host}: {heard.Trouble}";
        var verdict = heard.Reply is { IsPositive: false } said ? ReplyClassifier.Classify(said, Scene(hop) with { Phase = phase }) : null;
        var judged = verdict is { Class: ReplyClass.Identity } ? new JudgedReply(heard.Reply!, verdict) : null;
        if (judged is not null)
            Tell(hop, judged); // Also of a mere suspicion: looking again costs nothing.
        // Who hung up or kept silent was a host; who answered was its operator.
        var trouble = new Trouble(heard.Reply is null ? TroubleDepth.Destination : TroubleDepth.Lane, text);
        return new Failure(new Deferred(phase, FailureScope.Site, heard.Reply, text) { Verdict = verdict }, Told(hop, trouble), verdict is { IsIdentity: true } ? judged : null);
    }
}
