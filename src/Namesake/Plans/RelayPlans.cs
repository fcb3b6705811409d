using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Network.Machine;
using Namesake.Web.Plans;

namespace Namesake.Plans;

/// <summary>What the running relay makes plans and carries them out with: the same as the plan verbs of the command line, from the configuration as it is at that moment.</summary>
internal sealed partial class RelayPlans : IAsyncDisposable
{
    /// <summary>A client waits for its answer; where a plan is being written the log alone has the refusal.</summary>
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(1);

    private readonly Func<NamesakeConfiguration> _configuration;
    private readonly PlanMakers _makers;
    private readonly IRelayAtWork _relay;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    public RelayPlans(Func<NamesakeConfiguration> configuration, PlanMakers makers, IRelayAtWork relay, TimeProvider time, ILogger log)
    {
        (_configuration, _makers, _relay, _time, _log) = (configuration, makers, relay, time, log);
        Work = new PlansAtWork(CarryOutAsync, time);
        using var workshop = Open();
        Desk = new PlanDesk
        {
            Store = workshop.Store,
            Work = Work,
            Limits = () => _configuration().Plans.Limits,
            MakeDns = MakeDnsAsync,
            MakeNat = MakeNatAsync,
            VerifyAsync = VerifyAsync,
            ObjectionsTo = ObjectionsTo,
            ForeignAsync = ForeignAsync,
            RefuseAsync = RefuseAsync,
            DriftAsync = DriftAsync,
            Restore = Restore,
            AdoptAsync = AdoptAsync,
            Advise = Advise,
            Obstacle = Obstacle,
        };
    }

    public PlansAtWork Work { get; }

    public PlanDesk Desk { get; }

    /// <summary>Has what is under way taken back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await Work.EndAsync())
            LogLeft();
        await Work.DisposeAsync();
    }

    private PlanWorkshop Open() => PlanWorkshop.Open(_configuration(), _makers, _time);

    private async Task<Plan> MakeDnsAsync(PlanWish wish, CancellationToken cancellation)
    {
        using var workshop = Open();
        var relay = workshop.Configuration.Relay;
        // As on the command line: who only gives up wants nothing planned for the others.
        var wanted = !wish.GiveUp.IsEmpty && wish.Sources.IsEmpty ? [] : DnsPlanning.Identities(relay, wish.Sources).RemoveAll(identity => wish.GiveUp.Contains(identity.Source!.Value));
        var leaving = wish.GiveUp.IsEmpty ? [] : DnsPlanning.Identities(relay, wish.GiveUp);
        return await new DnsPlanning(workshop, _time).MakeAsync(wanted, leaving, wish.Limits, null, cancellation);
    }

    private async Task<PlanMade> MakeNatAsync(PlanWish wish, CancellationToken cancellation)
    {
        using var workshop = Open();
        if (NatPlanning.For(workshop, wish.Firewall, _time, out var trouble) is not { } nat)
            return new PlanMade(null, trouble);
        var mode = wish.IsExclusive ? SharingMode.Exclusive : SharingMode.Shared;
        return new PlanMade(wish.List is { } list ? await nat.MakeAsync(list, mode, wish.Limits, cancellation) : await nat.MakeAsync(wish.Sources, mode, wish.Limits, cancellation), null);
    }

    private async Task<PlanComparison> VerifyAsync(Plan plan, CancellationToken cancellation)
    {
        using var workshop = Open();
        var runner = workshop.Runner("relay", _relay);
        return new PlanComparison(await runner.CompareAsync(plan, cancellation), await runner.LookAsync(plan, cancellation));
    }

    private ImmutableArray<string> ObjectionsTo(Plan plan, ApplyWish wish, PlanLimits? limits)
    {
        using var workshop = Open();
        return workshop.Runner("relay", _relay, limits).ObjectionsTo(plan, wish);
    }

    private async Task<ImmutableArray<Change>> ForeignAsync(Plan plan, CancellationToken cancellation)
    {
        using var workshop = Open();
        return await workshop.Runner("relay", _relay).ForeignAsync(plan, cancellation);
    }

    private async Task RefuseAsync(PlanOrder.Apply order, string why, CancellationToken cancellation)
    {
        using var workshop = Open();
        LogRefused(order.Id.Value, order.By, why);
        await workshop.Runner(order.By, _relay, order.Limits).RefuseAsync(order.Plan, order.Wish, why, RefusalPatience, cancellation);
    }

    private async Task<PlanDrift> DriftAsync(CancellationToken cancellation)
    {
        using var workshop = Open();
        var (drifts, troubles) = await DriftSearch.LookAsync(workshop, cancellation);
        return new PlanDrift(drifts, troubles);
    }

    private Plan Restore(PlanDrift drift, PlanLimits limits) => DriftSearch.Restore(_configuration().Relay, drift.Drifts, drift.Troubles, limits, _time.GetUtcNow());

    private async Task<PlanAdoption> AdoptAsync(ImmutableArray<OwnedDrift> agreed, string by, CancellationToken cancellation)
    {
        using var workshop = Open();
        var adoption = await DriftAdoption.TakeAsync(workshop, agreed, by, _time.GetUtcNow(), cancellation);
        foreach (var taken in adoption.Taken)
            LogAdopted(taken.What, taken.Name, taken.Now, by);
        return new PlanAdoption(adoption.Taken, [.. adoption.Left.Select(left => (left.Drift, left.Why))], adoption.InTheWay);
    }

    private (Advice, Situation) Advise(PlanQuestion question)
    {
        using var workshop = question.List is null ? Open() : null;
        var situation = PlanAdvice.Look(question.List, workshop, question.IsPool, question.CannotBind, question.IsForeignReverse);
        return (VariantAdvisor.For(situation), situation);
    }

    /// <summary>The service runs without the rights of root, on purpose: what writes the machine's firewall is a command that somebody with these rights gives.</summary>
    private string? Obstacle(Plan plan, string verb) => !plan.Changes.OfType<TranslationChange>().Any() || NetworkPrivilege.IsHeld ? null
        : $"{plan.Id} changes translation on this machine, and the relay runs without the right to do that (CAP_NET_ADMIN). On {_configuration().Relay.Node}, as root: "
            + $"namesake {verb} {plan.Id} --config {_configuration().File ?? "FILE"}";

    private async Task<PlanOutcome> CarryOutAsync(PlanOrder order, CancellationToken cancellation)
    {
        var verb = order is PlanOrder.Apply ? "apply" : "undo";
        LogBegun(order.Id.Value, verb, order.By, order is PlanOrder.Apply asked ? Allowed(asked) : "");
        using var workshop = Open();
        try
        {
            var outcome = order is PlanOrder.Apply apply
                ? await workshop.Runner(order.By, _relay, apply.Limits).ApplyAsync(apply.Plan, apply.Wish, null, cancellation)
                : await workshop.Runner(order.By, _relay).UndoAsync(order.Id, order is PlanOrder.Undo { Leave: true }, null, cancellation);
            LogEnded(order.Id.Value, verb, outcome.End, outcome.Text);
            return outcome;
        }
        catch (PlanStoreException trouble)
        {
            LogEnded(order.Id.Value, verb, PlanEnd.Undecided, trouble.Message);
            throw;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(order.Id.Value, verb, failure);
            throw;
        }
    }

    /// <summary>As the command line says it: " with --replace-foreign --unseen".</summary>
    private static string Allowed(PlanOrder.Apply order)
    {
        ImmutableArray<string> allowed =
        [
            .. order.Wish.ReplaceForeign ? (string[])["--replace-foreign"] : [],
            .. order.Wish.AcceptUnseen ? (string[])["--unseen"] : [],
            .. order.Limits is { } limits ? (string[])[string.Create(CultureInfo.InvariantCulture, $"--changes {limits.Changes} --removals {limits.Removals} --per-zone {limits.PerZone}")] : [],
        ];
        return allowed.IsEmpty ? "" : $" with {string.Join(' ', allowed)}";
    }

    [LoggerMessage(922, LogLevel.Information, "Plan {Plan}: {Verb}{Allowed}, asked for by {By}")]
    private partial void LogBegun(string plan, string verb, string by, string allowed);

    [LoggerMessage(923, LogLevel.Information, "Plan {Plan}: {Verb} ended {End}. {Outcome}")]
    private partial void LogEnded(string plan, string verb, PlanEnd end, string outcome);

    [LoggerMessage(924, LogLevel.Error, "Plan {Plan}: {Verb} failed in a way that is a bug")]
    private partial void LogFailed(string plan, string verb, Exception failure);

    [LoggerMessage(927, LogLevel.Information, "{What} {Name} is ours as it is now ({Now}), asked for by {By}")]
    private partial void LogAdopted(string what, string name, string now, string by);

    [LoggerMessage(926, LogLevel.Information, "Plan {Plan}: apply was refused, asked for by {By}. {Reason}")]
    private partial void LogRefused(string plan, string by, string reason);

    [LoggerMessage(925, LogLevel.Warning, "A plan is still in hand while the relay stops: its dead-man timer undoes it, or the next start")]
    private partial void LogLeft();
}
