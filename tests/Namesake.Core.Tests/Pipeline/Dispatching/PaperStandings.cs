using System.Collections.Concurrent;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>Standings a test writes by hand: sources and lanes are open until it holds them. How verdicts come about is tested elsewhere.</summary>
internal sealed class PaperStandings(TimeProvider time) : ISourceStandings, IWitnessQuestion
{
    private readonly ConcurrentDictionary<(SourceId Source, SiteId? Site), Hold> _holds = new();

    private readonly ConcurrentDictionary<SourceId, bool> _gone = new();

    private readonly ConcurrentDictionary<(SourceId Source, SiteId Site), bool> _trials = new();

    public event Action<StandingChange>? Changed;

    public ConcurrentQueue<string> Refusals { get; } = new();

    public void Hold(string source, SiteId? site = null, string check = "PT-01", string reason = "misaligned")
    {
        var id = new SourceId(source);
        _holds[(id, site)] = new Hold(id, site, check, reason, "no PTR record", "mail.acme.test", time.GetUtcNow(), "ends when the PTR is back");
        Changed?.Invoke(new StandingChange(id, site, Open: false));
    }

    /// <summary>A source held for refusals is tried there.</summary>
    public void Try(string source, SiteId site)
    {
        _trials[(new SourceId(source), site)] = true;
        Changed?.Invoke(new StandingChange(new SourceId(source), site, Open: true));
    }

    public void Release(string source, SiteId? site = null)
    {
        _holds.TryRemove((new SourceId(source), site), out _);
        Changed?.Invoke(new StandingChange(new SourceId(source), site, Open: true));
    }

    /// <summary>As after a reload that no longer has it.</summary>
    public void Forget(string source) => _gone[new SourceId(source)] = true;

    public SourceStanding? Of(SourceId source)
    {
        if (_gone.ContainsKey(source))
            return null;
        var hold = _holds.GetValueOrDefault((source, null));
        return new SourceStanding(source, hold is null ? Verdict.Aligned : Verdict.Misaligned, time.GetUtcNow(), time.GetUtcNow(), null, [], hold, null, null, null, null);
    }

    public Hold? LaneHold(SourceId source, SiteId site) => _holds.GetValueOrDefault((source, site));

    /// <summary>What receivers said our address is, in their order.</summary>
    public ConcurrentQueue<EchoSighting> Sightings { get; } = new();

    public FenceVerdict Sighted(EchoSighting sighting)
    {
        Sightings.Enqueue(sighting);
        return FenceVerdict.Silent;
    }

    public void BindFailed(Source source, string seen, bool boundElsewhere = false) => Hold(source.Id.Value, check: boundElsewhere ? "EG-02" : "EG-03");

    public bool MayGreet(Source source, string receiver) => receiver != source.Ehlo.Value;

    public void OwnNameMet(Source source, SiteId site, string receiver) => Hold(source.Id.Value, site, check: "EH-10");

    public void RefusedForIdentity(IdentityRefusal refusal) => Refusals.Enqueue(refusal.Reply.ToString());

    public ConcurrentQueue<SiteId> Taken { get; } = new();

    public void Accepted(SourceId source, SiteId site) => Taken.Enqueue(site);

    public bool MayTry(SourceId source, SiteId site) => _trials.ContainsKey((source, site));

    public Task AskAsync(SourceId source, CancellationToken cancellation) => Task.CompletedTask;
}
