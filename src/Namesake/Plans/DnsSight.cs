using System.Collections.Concurrent;
using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Dns.Planning;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Plans;

/// <summary>How the records that a plan is about stand: at every server of their zones, and where they are written.</summary>
public sealed class DnsSight(IDnsSurvey survey, ImmutableArray<IDnsProvider> providers)
{
    /// <summary>Names looked at beside each other: a plan for a thousand addresses is no thousand round trips one after the other, and no flood.</summary>
    private const int AtOnce = 32;

    private readonly ConcurrentDictionary<(string Provider, DomainName Zone, RecordType Type), Lazy<Task<WriteAuthority>>> _authorities = new();

    /// <param name="progress">Told each name that has been looked at.</param>
    public async Task<ImmutableArray<SeenRecords>> LookAsync(IEnumerable<WantedIdentity> identities, IProgress<string>? progress, CancellationToken cancellation)
    {
        var names = NamesOf(identities);
        var seen = new SeenRecords[names.Length];
        await Parallel.ForAsync(0, names.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (index, stop) =>
        {
            seen[index] = await LookAsync(names[index].Name, names[index].Type, stop);
            progress?.Report(names[index].Name.Value);
        });
        return [.. seen];
    }

    public static ImmutableArray<(DomainName Name, RecordType Type)> NamesOf(IEnumerable<WantedIdentity> identities) =>
    [
        .. identities.SelectMany(identity => new[]
        {
            (ReverseName.Of(identity.Public), RecordType.Ptr),
            ((DomainName)identity.Ehlo, identity.Public.RecordType()),
        }).Distinct(),
    ];

    private async Task<SeenRecords> LookAsync(DomainName name, RecordType type, CancellationToken cancellation)
    {
        // What is remembered of a zone is too old for a plan when somebody has just had it delegated.
        var look = await survey.SurveyAsync(name, type, TimeSpan.FromSeconds(30), cancellation);
        if (look.Last is not { Zone: { } zone } last || providers.FirstOrDefault(provider => provider.Traits.Zones.Contains(zone)) is not { } provider)
            return new SeenRecords(look);
        var held = provider.ReadAsync(zone, last.At, type, cancellation);
        var authority = AuthorityAsync(provider, zone, last.At, type, cancellation);
        return new SeenRecords(look) { Provider = provider.Traits, Held = await held, Authority = await authority };
    }

    /// <summary>Once a zone and type: a thousand names under one key are one question.</summary>
    private Task<WriteAuthority> AuthorityAsync(IDnsProvider provider, DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) =>
        _authorities.GetOrAdd((provider.Traits.Id, zone, type), _ => new(() => provider.ProveAsync(zone, name, type, cancellation))).Value;
}
