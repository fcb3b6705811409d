using System.Collections.Immutable;
using Namesake.Core.Dns.Planning;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline;
using Namesake.Core.Plans;
using Namesake.Core.Sources;
using Namesake.Network.Dns.Survey;

namespace Namesake.Plans;

/// <summary>Makes plans for DNS of a configuration and of what is seen now.</summary>
public sealed class DnsPlanning(PlanWorkshop workshop, TimeProvider time)
{
    /// <summary>Sources looked at for SPF in one plan: each is an evaluation of its own. How many are left out is said; an audit looks at all.</summary>
    public const int MostForSpf = 100;

    private static readonly string[] SpfChecks = ["AU-01", "AU-02"];

    /// <param name="wanted">What is to be right.</param>
    /// <param name="leaving">What is given up.</param>
    public async Task<Plan> MakeAsync(ImmutableArray<WantedIdentity> wanted, ImmutableArray<WantedIdentity> leaving, PlanLimits limits, IProgress<string>? progress, CancellationToken cancellation)
    {
        var relay = workshop.Configuration.Relay;
        var now = time.GetUtcNow();
        using var survey = new DnsSurvey(workshop.Dns, new SurveySettings { Vantage = relay.Node, EveryNameOverTcp = false }, time);
        var seen = await new DnsSight(survey, workshop.Providers).LookAsync(wanted.Concat(leaving), progress, cancellation);
        var registry = await workshop.Store.RegistryAsync(cancellation);
        var records = registry.Records.ToLookup(record => (record.Name, record.Type));
        return DnsPlanner.Make(new DnsPlanRequest
        {
            Id = PlanId.New(PlanKind.Dns, now),
            Node = relay.Node,
            Now = now,
            Wanted = wanted,
            Leaving = leaving,
            Seen = seen,
            Providers = [.. workshop.Providers.Select(provider => provider.Traits)],
            Owned = (name, type) => records[(name, type)].FirstOrDefault(),
            AlsoAt = name => [.. relay.Sources.PoolOf(name).Where(source => !leaving.Any(gone => gone.Source == source.Id)).Select(source => source.PublicAddress).Distinct()],
            Limits = limits,
            Merges = await MergesAsync(wanted, relay, progress, cancellation),
        });
    }

    /// <summary>All sources of the configuration, or those that are named.</summary>
    public static ImmutableArray<WantedIdentity> Identities(RelayModel relay, IReadOnlyCollection<SourceId> named) =>
        [.. relay.Sources.All.Where(source => named.Count == 0 || named.Contains(source.Id)).Select(source => new WantedIdentity(source.Id, source.LocalAddress, source.PublicAddress, source.Ehlo))];

    /// <summary>SPF records are whole policies of somebody's domain: what is missing in them is told, never written.</summary>
    private async Task<ImmutableArray<PlanNote>> MergesAsync(ImmutableArray<WantedIdentity> wanted, RelayModel relay, IProgress<string>? progress, CancellationToken cancellation)
    {
        var model = IdentityModel.For(relay.Node, relay.Brands, relay.Sources);
        var probe = new AuthenticationProbe(new LookupAfterwards(workshop.Dns, wanted), time);
        var planned = wanted.Select(identity => identity.Source is { } id ? relay.Sources.Find(id) : null).OfType<Source>().ToLookup(source => Domains(model.Senders.GetValueOrDefault(source.Id, [])));
        // Those that send for the same domains one after the other: each domain's record is looked at before any is looked at twice.
        var inTurn = planned.Where(group => group.Key.Length > 0).SelectMany(group => group.DistinctBy(source => source.Id).Select((source, turn) => (source, turn))).OrderBy(each => each.turn).Select(each => each.source).ToList();
        var looked = inTurn.Take(MostForSpf).ToList();
        var notes = new PlanNote[looked.Count][];
        await Parallel.ForAsync(0, looked.Count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation }, async (index, stop) =>
        {
            var source = looked[index];
            var senders = model.Senders[source.Id];
            // All that send for the domain belong into its one record: a text for each would undo the one before.
            var basis = new IdentityFacts { Source = source, Pool = [.. planned[Domains(senders)]], Senders = senders, TreatAsPublic = relay.TreatAsPublic };
            var facts = (await probe.LookAsync(basis, stop))(basis);
            notes[index] = [.. SpfChecks.Select(check => Catalogue.Find(check)!.Judge(facts)).Where(result => result.IsBad)
                .Select(result => new PlanNote(PlanNoteKind.Merge, $"SPF ({result.Check})", result.Fix) { Sources = [source.Id] })];
            progress?.Report($"SPF of {source.Id}");
        });
        var merges = notes.SelectMany(each => each).GroupBy(note => note.Text, StringComparer.Ordinal).Select(same => same.First() with { Sources = [.. same.SelectMany(note => note.Sources)] });
        return inTurn.Count == looked.Count ? [.. merges]
            : [.. merges, new PlanNote(PlanNoteKind.Advice, "SPF", $"SPF was looked at for {looked.Count} of {inTurn.Count} sources, as many as one plan looks at: `namesake audit` looks at all, a plan with --source at those it names") { Sources = [.. inTurn.Skip(MostForSpf).Select(source => source.Id)] }];
    }

    private static string Domains(IEnumerable<SenderIdentity> senders) => string.Join(' ', senders.Select(sender => sender.ReturnPath));

    /// <summary>How many names and sources will be looked at, for a progress bar.</summary>
    public static int StepsOf(ImmutableArray<WantedIdentity> identities) => DnsSight.NamesOf(identities).Length + Math.Min(identities.Length, MostForSpf);
}
