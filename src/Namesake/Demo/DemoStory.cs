using System.Collections.Immutable;
using Namesake.Cli;
using Namesake.Core.Identity;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Sources;
using Namesake.Web.Plans;

namespace Namesake.Demo;

/// <summary>The product's story with real SMTP over real sockets: refused as in 2007, held, audited, repaired, delivered.</summary>
/// <remarks>Nothing in it is told that didn't happen: every sentence is followed by what was counted.</remarks>
public sealed class DemoStory(DemoWorld world, RelayHost relay, DemoScreen screen, TimeProvider time)
{
    /// <summary>Messages of each brand to each receiver.</summary>
    public const int MessagesEach = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What of a plan's journal a first look is told.</summary>
    private static readonly ImmutableArray<PlanEvent> Shown = [PlanEvent.Watching, PlanEvent.Written, PlanEvent.Seen, PlanEvent.Looked];

    public async Task<DemoFigures> PlayAsync(CancellationToken cancellation)
    {
        var refused = await TheFaultAsync(cancellation);
        var expected = DemoWorld.Brands.Count * world.Receivers.Count * MessagesEach;
        var before = world.Receivers.Sum(receiver => receiver.Arrivals.Count);
        var held = await HeldAsync(expected, before, cancellation);
        Audit();
        var aligned = await RepairAsync(cancellation);
        var delivered = await DeliveredAsync(expected, before, cancellation);
        VariantTwo();
        var ours = DemoWorld.Brands.Select(brand => brand.Address).ToHashSet();
        var leaked = world.Receivers.SelectMany(receiver => receiver.Sightings).Count(sighting => ours.Contains(sighting.Client) && !sighting.Right);
        var figures = new DemoFigures(refused, held, leaked, delivered, expected - delivered,
            refused == DemoWorld.Brands.Count * 2 && held == expected && leaked == 0 && delivered == expected && aligned);
        screen.Figures(figures);
        return figures;
    }

    /// <summary>1. A client that lets the system choose: it leaves from an address nobody planned.</summary>
    private async Task<int> TheFaultAsync(CancellationToken cancellation)
    {
        screen.Chapter("2007", "A server with several addresses lets the operating system choose where mail leaves.");
        var refused = 0;
        foreach (var brand in DemoWorld.Brands)
            foreach (var receiver in world.Receivers)
            {
                var reply = await DemoClient.SendAsync(receiver.Address, brand.Ehlo.Value, $"ann@{brand.Domain}", $"bob@{DemoWorld.DomainOf(receiver)}", "unplanned", cancellation);
                if (reply[0] != '2')
                    refused++;
                screen.Line(reply[0] == '2' ? Mood.Doubtful : Mood.Bad, $"{brand.Id} → {receiver.Name}: {reply}");
            }

        screen.Line(Mood.Bad, $"{refused} of {DemoWorld.Brands.Count * world.Receivers.Count} refused; the rest went out under a name that isn't its address's. Nobody was told.");
        return refused;
    }

    /// <summary>2. The same mail through the relay while DNS is not right yet.</summary>
    private async Task<int> HeldAsync(int expected, int before, CancellationToken cancellation)
    {
        screen.Chapter("The gate", "The same brands submit through Namesake. No PTR is set yet, so nothing may leave.");
        var submission = relay.Submission.Addresses[0];
        var accepted = 0;
        using (var progress = screen.Progress("submitting", expected))
            foreach (var brand in DemoWorld.Brands)
                foreach (var receiver in world.Receivers)
                    for (var i = 0; i < MessagesEach; i++)
                    {
                        var reply = await DemoClient.SendAsync(submission, "app.demo.example", $"ann@{brand.Domain}", $"bob{i}@{DemoWorld.DomainOf(receiver)}", $"message {i}", cancellation);
                        if (reply.StartsWith("250", StringComparison.Ordinal))
                            accepted++;
                        progress.Step();
                    }

        await UntilAsync(() => relay.Ledger.All.All(standing => standing is { Hold: not null, LastProbe: not null }), cancellation);
        var totals = await relay.Spool.TotalsAsync(cancellation);
        var left = world.Receivers.Sum(receiver => receiver.Arrivals.Count) - before;
        screen.Line(Mood.Good, $"{accepted} accepted with 250, each on disk before it was said; {totals.Recipients} held, {left} sent.");
        return left == 0 ? (int)totals.Recipients : 0;
    }

    /// <summary>3. Why, in words one can act on.</summary>
    private void Audit()
    {
        screen.Chapter("The audit", "Every hold names the check, what was seen, what is expected and the fix.");
        screen.Table(["source", "verdict", "check", "seen", "fix"],
            relay.Ledger.All.SelectMany(standing => standing.Findings.Where(finding => finding.Severity == FindingSeverity.Hold)
                .Select(finding => new[] { standing.Source.Value, Word(standing.Verdict), finding.Check, finding.Seen, finding.Fix })));
    }

    /// <summary>4. Variant 1: a PTR for every address, planned, shown, applied, verified.</summary>
    private async Task<bool> RepairAsync(CancellationToken cancellation)
    {
        var desk = relay.Plans;
        var plan = await desk.MakeDns(new PlanWish([], [], desk.Limits()), cancellation);
        screen.Chapter("Variant 1", "A PTR for each address, pointing to its EHLO name: planned from what is seen and what is wanted, shown, applied, seen from outside, confirmed.");
        screen.Table(["plan " + plan.Id, "for", "ends"], plan.Changes.Select(change => new[] { PlanText.Line(change), string.Join(", ", change.Sources), string.Join(", ", change.Ends) }));
        await desk.Store.KeepAsync(plan, cancellation);
        desk.Work.Begin(new PlanOrder.Apply(plan, new ApplyWish(), null, "the demo"));
        await UntilAsync(() => desk.Work.Of(plan.Id) is { Ended: not null }, cancellation);
        foreach (var entry in (await desk.Store.FindAsync(plan.Id, cancellation))!.Entries.Where(entry => Shown.Contains(entry.Event)))
            screen.Line(Mood.Plain, $"{PlanTables.Word(entry.Event)}{(entry.Text.Length > 0 ? $": {entry.Text}" : "")}");
        var outcome = desk.Work.Of(plan.Id)?.Outcome;
        screen.Line(outcome is { End: PlanEnd.Applied } ? Mood.Good : Mood.Bad, outcome?.Text ?? "It did not end.");
        await UntilAsync(() => relay.Ledger.All.All(standing => standing.IsOpen), cancellation);
        var aligned = relay.Ledger.All.All(standing => standing is { Verdict: Verdict.Aligned, Hold: null });
        screen.Table(["source", "address", "name", "verdict", "proof"], relay.Ledger.All.Select(standing => Row(standing, relay.Model.Sources.Find(standing.Source)!)));
        return aligned;
    }

    /// <summary>5. The held mail goes by itself.</summary>
    private async Task<int> DeliveredAsync(int expected, int before, CancellationToken cancellation)
    {
        screen.Chapter("Delivered", "Nobody released anything: the gate opened when DNS agreed.");
        using (var progress = screen.Progress("delivering", expected))
            await UntilAsync(() =>
            {
                var arrived = Math.Min(expected, world.Receivers.Sum(receiver => receiver.Arrivals.Count) - before);
                progress.At(arrived);
                return arrived >= expected;
            }, cancellation);
        var ours = DemoWorld.Brands.ToDictionary(brand => brand.Domain);
        var delivered = world.Receivers.SelectMany(receiver => receiver.Arrivals)
            .Where(arrival => ours[arrival.Sender[(arrival.Sender.IndexOf('@', StringComparison.Ordinal) + 1)..]] is var brand && arrival.Client.Equals(brand.Address) && arrival.Ehlo == brand.Ehlo.Value)
            .DistinctBy(arrival => (arrival.Sender, arrival.Recipient)).Count();
        screen.Line(delivered == expected ? Mood.Good : Mood.Bad, $"{delivered} of {expected} arrived, each from its brand's address under its brand's name, also at the receiver that takes anything.");
        return delivered;
    }

    private void VariantTwo()
    {
        screen.Chapter("Variant 2", "Where the addresses can't have PTRs of their own, a firewall translates them to one that has.");
        screen.Line(Mood.Plain, "One public address bears one name, so the brands then share a neutral one; brands stay visible in From, DKIM and return path.");
        screen.Line(Mood.Plain, "Namesake refuses two names on one public address (EG-09): declare the sources with the same publicAddress and the same ehlo, shared: true.");
    }

    private static string[] Row(SourceStanding standing, Source source) =>
        [standing.Source.Value, source.PublicAddress.ToString(), source.Ehlo.Value, Word(standing.Verdict), standing.Proof?.Evidence ?? "-"];

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    /// <summary>Looks until it is true or patience ends; what is counted afterwards says which.</summary>
    private async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (!condition() && time.GetElapsedTime(started) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
    }
}
