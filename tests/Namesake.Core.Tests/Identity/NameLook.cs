using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>One look at a source's names as an audit makes it, from a DNS that the test has written; and what must be said of the result.</summary>
internal sealed class NameLook
{
    public static readonly Source Acme = Scene.Source("acme", "203.0.113.5", "mail.acme.example");

    public ScriptedDns Dns { get; } = new(TimeProvider.System);

    public HistoryFacts? History { get; set; }

    public ImmutableArray<Neighbour> SameNetwork { get; set; } = [];

    /// <summary>acme in order: PTR, A, and nothing else.</summary>
    public static NameLook InOrder()
    {
        var look = new NameLook();
        look.Dns.Identity("203.0.113.5", "mail.acme.example");
        return look;
    }

    public async Task<ImmutableArray<CheckResult>> JudgeAsync(Source? source = null, params Source[] pool)
    {
        source ??= Acme;
        var facts = new IdentityFacts
        {
            Source = source,
            Pool = pool.Length == 0 ? [source] : [.. pool],
            SameNetwork = SameNetwork,
            TreatAsPublic = Scene.Documentation,
            Bind = new BindResult(true, null),
            Egress = new EgressFacts(null, false, null, null),
            Dns = await new IdentityProbe(Dns).LookAsync(source.PublicAddress, source.Ehlo, CancellationToken.None),
            History = History,
        };
        return Catalogue.Judge((await new NameProbe(Dns).LookAsync(facts, CancellationToken.None))(facts));
    }

    /// <summary>Judges, and makes sure that these and no others of the groups about names failed.</summary>
    public async Task<ImmutableArray<CheckResult>> FailsAsync(string checks, Source? source = null, params Source[] pool)
    {
        var results = await JudgeAsync(source, pool);
        Assert.Equal(checks.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), results.Where(result => result.IsBad && result.Check[..2] is ("EG" or "EH" or "PT" or "V6")).Select(result => result.Check).Order(StringComparer.Ordinal));
        Assert.All(results.Where(result => result.IsBad), result => Assert.True(result.Fix.Length > 0, $"{result.Check} has no fix"));
        return results;
    }

    public async Task<CheckResult> ResultAsync(string check, Source? source = null, params Source[] pool) => Of(await JudgeAsync(source, pool), check);

    public static CheckResult Of(ImmutableArray<CheckResult> results, string check) => results.Single(result => result.Check == check);
}
