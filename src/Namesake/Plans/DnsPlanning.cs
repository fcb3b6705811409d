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
    /// <summary>More sources than this are not looked at for SPF: each is an evaluation of its own. An audit does it.</summary>
    private const int MostForSpf = 100;

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
            Merges = wanted.Length > MostForSpf ? [] : await MergesAsync(wanted, relay, progress, cancellation),
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
        var planned = wanted.Select(identity => identity.Source is { } id ? relay.Sources.Find(id) : null).OfType<Source>().ToLookup(source => string.Join(' ', model.Senders.GetValueOrDefault(source.Id, []).Select(sender => sender.ReturnPath)));
        var notes = new PlanNote?[wanted.Length][];
        await Parallel.ForAsync(0, wanted.Length, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation }, async (index, stop) =>
        {
            var id = wanted[index].Source;
            if (id is null || relay.Sources.Find(id.Value) is not { } source || model.Senders.GetValueOrDefault(id.Value, []) is not { IsEmpty: false } senders)
                return;
            // All that send for the domain belong into its one record: a text for each would undo the one before.
            var basis = new IdentityFacts { Source = source, Pool = [.. planned[string.Join(' ', senders.Select(sender => sender.ReturnPath))]], Senders = senders, TreatAsPublic = relay.TreatAsPublic };
            var facts = (await probe.LookAsync(basis, stop))(basis);
            notes[index] = [.. SpfChecks.Select(check => Catalogue.Find(check)!.Judge(facts)).Where(result => result.IsBad)
                .Select(result => new PlanNote(PlanNoteKind.Merge, $"SPF ({result.Check})", result.Fix) { Sources = [id.Value] })];
            progress?.Report($"SPF of {source.Id}");
        });
        return [.. notes.Where(each => each is not null).SelectMany(each => each).OfType<PlanNote>().GroupBy(note => note.Text, StringComparer.Ordinal).Select(same => same.First() with { Sources = [.. same.SelectMany(note => note.Sources)] })];
    }

    /// <summary>How many names and sources will be looked at, for a progress bar.</summary>
    public static int StepsOf(ImmutableArray<WantedIdentity> identities) => DnsSight.NamesOf(identities).Length + (identities.Length > MostForSpf ? 0 : identities.Length);
}
