using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns;

/// <summary>DNS as the product sees it: 1. remembered, 2. being asked already, 3. asked through the resolvers; authoritative servers asked past all of it.</summary>
public sealed class Resolver : IDnsLookup, IDisposable
{
    private readonly ResolverSettings _settings;
    private readonly TimeProvider _clock;
    private readonly DnsExchange _exchange;
    private readonly ResolverPath _path;
    private readonly DnsMemory<(DomainName, RecordType), DnsAnswer> _memory;
    private readonly ConcurrentDictionary<(DomainName, RecordType), Lazy<Task<DnsAnswer>>> _beingAsked = new();
    private readonly AuthoritativeServers _authoritative;
    private readonly CancellationTokenSource _ended = new();

    public Resolver(ResolverSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        _settings = settings;
        _clock = clock;
        _exchange = new DnsExchange(settings.InFlight, clock);
        _path = new ResolverPath(settings, _exchange, clock);
        _memory = new DnsMemory<(DomainName, RecordType), DnsAnswer>(settings.RememberedAnswers);
        _authoritative = new AuthoritativeServers(settings, _exchange, _path, this, clock);
    }

    public bool ResolvingInDoubt => _path.InDoubt;

    internal ResolverSettings Settings => _settings;

    internal ResolverPath Path => _path;

    /// <summary>Datagrams that fitted no question of ours so far. A few are late replies; many mean that somebody guesses.</summary>
    public long Strays => _exchange.Strays;

    public Task<DnsAnswer> AskAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellation.ThrowIfCancellationRequested();
        if (_memory.Find((name, type)) is { } known && _clock.GetUtcNow() < ForgottenAt(known)) // 1.
            return Task.FromResult(known);
        // 2. One question for all who want to know; it outlives a caller that gives up.
        var asking = _beingAsked.GetOrAdd((name, type), key => new Lazy<Task<DnsAnswer>>(() => AskForAllAsync(key)));
        return asking.Value.WaitAsync(cancellation);
    }

    public async Task<DnsAnswer> AskFreshAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        var answer = await ResolveAsync(name, type, question => _path.AskAsync(question, cancellation));
        Remember(answer);
        return answer;
    }

    public async Task<ImmutableArray<DnsAnswer>> AskEachAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        return [.. await Task.WhenAll(_path.Servers.Select(server => ResolveAsync(name, type, question => _path.AskAsync(server, question, cancellation))))];
    }

    public Task<AuthoritativeAnswers> AskAuthoritativeAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _authoritative.AskAsync(name, type, cancellation);
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _exchange.Dispose();
    }

    private async Task<DnsAnswer> AskForAllAsync((DomainName Name, RecordType Type) key)
    {
        try
        {
            return await AskFreshAsync(key.Name, key.Type, _ended.Token);
        }
        finally
        {
            _beingAsked.TryRemove(key, out _);
        }
    }

    /// <summary>Follows CNAMEs that the resolver did not follow itself.</summary>
    private async Task<DnsAnswer> ResolveAsync(DomainName name, RecordType type, Func<WireQuestion, Task<(IPEndPoint Server, DnsExchanged Exchanged)>> ask)
    {
        var askedAt = _clock.GetUtcNow();
        var aliases = ImmutableArray<DomainName>.Empty;
        var ttl = TimeSpan.MaxValue;
        var (authoritative, authenticated) = (true, true);
        var at = name;
        while (true)
        {
            var (server, exchanged) = await ask(new WireQuestion(at, type));
            var label = $"resolver {server}";
            if (exchanged.Reply is not { } reply)
                return new DnsAnswer(name, type, exchanged.Trouble, [], aliases, TimeSpan.Zero, false, false, label, askedAt);
            var reading = DnsReading.Of(reply, at, type);
            var looped = reading.Aliases.Any(alias => alias == name || aliases.Contains(alias));
            aliases = aliases.AddRange(reading.Aliases);
            ttl = DnsReading.Least(ttl, reading.Ttl);
            authoritative &= reply.Authoritative;
            authenticated &= reply.Authenticated;
            if (looped || aliases.Length > DnsReading.MaxAliases)
                return new DnsAnswer(name, type, DnsOutcome.Malformed, [], aliases, TimeSpan.Zero, false, false, label, askedAt);
            if (reading.Next is { } next)
            {
                at = next;
                continue;
            }
            return new DnsAnswer(name, type, reading.Outcome, reading.Records, aliases, ttl, authoritative, authenticated, label, askedAt);
        }
    }

    private void Remember(DnsAnswer answer)
    {
        // A failure must not push out what is still valid; a slow older question not what a newer one found. Huge answers are asked again instead.
        if (answer.IsDefinite && answer.Ttl > TimeSpan.Zero && answer.Records.Length <= 100)
            _memory.Remember((answer.Name, answer.Type), answer, known => known.At > answer.At);
        else if (answer.IsDefinite)
            _memory.Forget((answer.Name, answer.Type));
    }

    private DateTimeOffset ForgottenAt(DnsAnswer answer) =>
        answer.At + DnsReading.Least(answer.Ttl, answer.Outcome == DnsOutcome.Answer ? _settings.LongestMemory : _settings.LongestNegativeMemory);
}
