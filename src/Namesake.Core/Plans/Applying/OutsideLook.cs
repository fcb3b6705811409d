using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Applying;

/// <summary>What the outside sees of the identities a plan is made for: the address by witnesses over new connections, PTR record and name by the zones' own servers and the configured resolvers.</summary>
/// <remarks>A reflector of ours is enough for an address, or two receivers that are not one operator. One stranger alone neither confirms nor contradicts. What can't be seen is said to be unseen, never
/// taken for right.</remarks>
public sealed class OutsideLook(IDnsLookup dns, IEchoProbe echo, ImmutableArray<WitnessModel> witnesses, ImmutableArray<IPRange> treatAsPublic)
{
    private const int Enough = 2;

    /// <summary>As many as an identity's own round asks: a long list in the configuration is no reason to knock at every door.</summary>
    private const int Most = 4;

    private const int AtOnce = 32;

    public async Task<ImmutableArray<SeenIdentity>> LookAsync(ImmutableArray<WantedIdentity> wanted, CancellationToken cancellation)
    {
        var seen = new SeenIdentity[wanted.Length];
        await Parallel.ForAsync(0, wanted.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (index, stop) => seen[index] = await LookAsync(wanted[index], stop));
        return [.. seen];
    }

    private async Task<SeenIdentity> LookAsync(WantedIdentity wanted, CancellationToken cancellation)
    {
        var names = NamesAsync(wanted, cancellation);
        var (address, words) = await AddressAsync(wanted, cancellation);
        var (verdict, said) = await names;
        return new SeenIdentity(wanted, address, verdict, [.. words, .. said]);
    }

    private async Task<(SeenVerdict Verdict, ImmutableArray<string> Words)> AddressAsync(WantedIdentity wanted, CancellationToken cancellation)
    {
        if (wanted.Source is null)
            return (SeenVerdict.NotSeen, [$"{wanted.Local} is no source of this node: which address it leaves under can be seen only from there"]);
        if (witnesses.IsDefaultOrEmpty)
            return (SeenVerdict.NotSeen, ["no witness is configured that could say which address it sees (witnesses:)"]);
        var source = new Source { Id = wanted.Source.Value, LocalAddress = wanted.Local, PublicAddress = wanted.Public, Ehlo = wanted.Ehlo };
        var words = await Task.WhenAll(witnesses.OrderByDescending(witness => witness.IsReflector).Take(Most).Select(witness => AskAsync(source, witness, cancellation)));
        var (agree, disagree) = (Weight(words, true), Weight(words, false));
        return (disagree >= Enough ? SeenVerdict.Disagrees : agree >= Enough ? SeenVerdict.Agrees : SeenVerdict.NotSeen,
            [.. words.Select(word => word.Text), .. agree < Enough && disagree < Enough ? ["it takes a reflector, or two witnesses of different operators, to know"] : ImmutableArray<string>.Empty]);
    }

    /// <summary>A reflector weighs as much as it takes; of others each operator once.</summary>
    private static int Weight(IEnumerable<Word> words, bool agreeing)
    {
        var such = words.Where(word => word.Agrees == agreeing).ToList();
        return such.Any(word => word.IsReflector) ? Enough : such.Select(word => word.Operator).Distinct(StringComparer.Ordinal).Count();
    }

    private async Task<Word> AskAsync(Source source, WitnessModel witness, CancellationToken cancellation)
    {
        var by = SiteRules.OperatorOf(witness.Host);
        if (await WitnessHop.FindAsync(dns, witness.Host, witness.Port, source.Family, cancellation) is not { } hop)
            return new Word(null, witness.IsReflector, by, $"{witness.Host} has no address of that family");
        var result = await echo.AskAsync(source, hop, cancellation);
        if (result.FirstLine is not { } line)
            return new Word(null, witness.IsReflector, by, $"{hop} could not be asked from {source.LocalAddress}: {result.Trouble}");
        return EhloEcho.Parse(line).PublicAddress(treatAsPublic) is { } address
            ? new Word(address.Equals(source.PublicAddress), witness.IsReflector, by, $"{hop} sees {address}")
            : new Word(null, witness.IsReflector, by, $"{hop} doesn't say which address it sees");
    }

    private async Task<(SeenVerdict Verdict, ImmutableArray<string> Words)> NamesAsync(WantedIdentity wanted, CancellationToken cancellation)
    {
        var type = wanted.Public.RecordType();
        var pointer = await NameAsync(ReverseName.Of(wanted.Public), RecordType.Ptr, answer => answer.Pointers.Count() == 1 && answer.Pointers.Single().Name == wanted.Ehlo.Domain, cancellation);
        var forward = await NameAsync(wanted.Ehlo, type, answer => answer.Addresses.Contains(wanted.Public), cancellation);
        var verdict = pointer.Verdict == SeenVerdict.Disagrees || forward.Verdict == SeenVerdict.Disagrees ? SeenVerdict.Disagrees
            : pointer.Verdict == SeenVerdict.NotSeen || forward.Verdict == SeenVerdict.NotSeen ? SeenVerdict.NotSeen : SeenVerdict.Agrees;
        return (verdict, [.. pointer.Words, .. forward.Words]);
    }

    /// <summary>Some servers that lag are pending; all that say otherwise are a contradiction.</summary>
    private async Task<(SeenVerdict Verdict, ImmutableArray<string> Words)> NameAsync(DomainName name, RecordType type, Func<DnsAnswer, bool> isRight, CancellationToken cancellation)
    {
        var said = await dns.AskAuthoritativeAsync(name, type, cancellation);
        var definite = said.Definite.ToList();
        var title = $"{type.Word()} {name}";
        if (definite.Count == 0)
            return (SeenVerdict.NotSeen, [$"{title}: {said.Trouble ?? "no authoritative server answers"}"]);
        var right = definite.Where(isRight).ToList();
        var words = definite.Except(right).Select(answer => $"{title}: {answer.Server} says {RecordWords.Said(answer)}");
        if (right.Count == 0)
            return (SeenVerdict.Disagrees, [.. words]);
        var resolvers = await ResolversLook.LookAsync(dns, name, type, isRight, cancellation);
        // Where no resolver gets an answer that the zone's servers give, receivers' resolvers won't either, or ours are ill: it isn't seen.
        var isSeen = resolvers.All(sight => sight.State != ResolverState.Fails) || resolvers.Any(sight => sight.State is ResolverState.Shows or ResolverState.Remembers);
        return (isSeen ? SeenVerdict.Agrees : SeenVerdict.NotSeen,
            [$"{title}: {string.Join(", ", right[0].Records.Select(record => record.Value))} at {right.Count} of {said.Answers.Length} servers{Showing(resolvers)}", .. words, .. resolvers.Select(sight => sight.Words).Where(text => text.Length > 0)]);
    }

    private static string Showing(ImmutableArray<ResolverSight> resolvers) =>
        resolvers.Where(sight => sight.State == ResolverState.Shows).Select(sight => sight.Server).ToList() is { Count: > 0 } showing ? $", and by {string.Join(" and ", showing)}" : "";

    /// <param name="Agrees">Null: it says nothing.</param>
    private sealed record Word(bool? Agrees, bool IsReflector, string Operator, string Text);
}
