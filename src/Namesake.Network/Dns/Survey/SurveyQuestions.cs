using System.Collections.Concurrent;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Survey;

/// <summary>Puts a question to one server, in its turn, and reads the answer as one word.</summary>
internal sealed class SurveyQuestions(SurveySettings settings, DnsExchange exchange, TimeProvider clock)
{
    // An audit meets a few thousand servers at most; forgetting their turns only lets a few more questions through at once.
    private const int MostTurns = 20_000;

    private readonly ConcurrentDictionary<IPEndPoint, SemaphoreSlim> _turns = new();

    /// <summary>A server of the zone: CNAMEs are not followed, and who answers without authority is lame.</summary>
    public async Task<DnsWord> AskServerAsync(string label, IPEndPoint server, DomainName name, RecordType type, DnsTransport transport, SurveyTime time)
    {
        var (exchanged, at, asked) = await AskAsync(server, name, type, new DnsManner(Recursion: false, transport), time);
        if (exchanged.Reply is not { } reply)
            return Silence(name, type, label, transport, exchanged, at) with { WasAsked = asked };
        var reading = DnsReading.Of(reply, name, type, follow: false);
        var word = Word(name, type, label, transport, reading, reply, exchanged, at);
        if (reply.ResponseCode is 0 or 3 && !reply.Authoritative)
            return word with { Answer = word.Answer with { Outcome = DnsOutcome.Lame, Records = [], Aliases = [], Ttl = TimeSpan.Zero } };
        return AliasOf(reply, name, type) is not { } alias ? word
            : word with { AliasTo = alias, Answer = word.Answer with { Outcome = DnsOutcome.Answer, Records = [], Aliases = [alias] } };
    }

    /// <summary>A resolver, which follows CNAMEs itself or has no word.</summary>
    public async Task<DnsWord> AskResolverAsync(SurveyResolver resolver, DomainName name, RecordType type, DnsManner manner, SurveyTime time)
    {
        var transport = manner.Only ?? DnsTransport.Udp;
        var (exchanged, at, asked) = await AskAsync(resolver.EndPoint, name, type, manner, time);
        if (exchanged.Reply is not { } reply)
            return Silence(name, type, resolver.ToString(), transport, exchanged, at) with { WasAsked = asked };
        var reading = DnsReading.Of(reply, name, type);
        var word = Word(name, type, resolver.ToString(), transport, reading, reply, exchanged, at);
        return reading.Next is null ? word : word with { Answer = word.Answer with { Outcome = DnsOutcome.Malformed } };
    }

    /// <summary>The reply itself, for who reads more in it than one word.</summary>
    public async Task<(DnsExchanged Exchanged, DateTimeOffset At, bool WasAsked)> AskAsync(IPEndPoint server, DomainName name, RecordType type, DnsManner manner, SurveyTime time)
    {
        var turn = TurnOf(server);
        var mine = false;
        try
        {
            await turn.WaitAsync(time.Token);
            mine = true;
            var at = clock.GetUtcNow();
            return (await exchange.AskAsync(server, new WireQuestion(name, type), manner, settings.TryTimeout, settings.Tries, time.Token), at, true);
        }
        catch (OperationCanceledException) when (time.IsOver)
        {
            return (new DnsExchanged(null, DnsOutcome.TimedOut), clock.GetUtcNow(), false);
        }
        finally
        {
            if (mine)
                turn.Release();
        }
    }

    private SemaphoreSlim TurnOf(IPEndPoint server)
    {
        if (_turns.TryGetValue(server, out var turn))
            return turn;
        if (_turns.Count >= MostTurns)
            _turns.Clear();
        return _turns.GetOrAdd(server, _ => new SemaphoreSlim(settings.InFlightPerServer));
    }

    public static DnsWord Silence(DomainName name, RecordType type, string label, DnsTransport transport, DnsExchanged exchanged, DateTimeOffset at) =>
        new(new DnsAnswer(name, type, exchanged.Trouble, [], [], TimeSpan.Zero, false, false, label, at), transport, exchanged.Took) { HasNoRoute = exchanged.HasNoRoute };

    private static DnsWord Word(DomainName name, RecordType type, string label, DnsTransport transport, DnsReading reading, WireMessage reply, DnsExchanged exchanged, DateTimeOffset at) =>
        new(new DnsAnswer(name, type, reading.Outcome, reading.Records, reading.Aliases, reading.Ttl, reply.Authoritative, reply.Authenticated, label, at), transport, exchanged.Took)
        {
            OffersRecursion = reply.OffersRecursion,
        };

    /// <summary>A server that follows its own aliases round and round ends with SERVFAIL (BIND does); what it said before it gave up still stands.</summary>
    private static DomainName? AliasOf(WireMessage reply, DomainName name, RecordType type)
    {
        if (!reply.Authoritative || reply.ResponseCode is not (0 or 2 or 3) || reply.Answers.Any(record => record.Type == (int)type && record.Owner == name.Value))
            return null;
        var alias = reply.Answers.FirstOrDefault(record => record.Type == (int)RecordType.CName && record.Owner == name.Value);
        return alias is not null && DomainName.TryParse(alias.Target, out var target, out _) ? target : null;
    }
}
