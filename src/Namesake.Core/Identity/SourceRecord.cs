using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Identity.Verdicts;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>What the ledger keeps of one source. Everything but <see cref="Standing"/> is read and written under <see cref="Lock"/>.</summary>
internal sealed class SourceRecord
{
    private SourceStanding _standing;
    private string _signature = "";
    private BindResult? _bind;
    private DnsFacts? _dns;
    private DateTimeOffset? _boundAt;

    public SourceRecord(IdentityFacts basis, IdentityPolicy policy, ImmutableHashSet<string> promoted, DateTimeOffset now)
    {
        (Basis, Policy, Promoted, Since, Begun) = (basis, policy, promoted, now, now);
        Memories = IdentityChecks.All.ToImmutableDictionary(check => check.Id, check => CheckMemory.Blank(check.Id, now));
        _standing = null!; // set by the first Publish, before anybody else sees the record
    }

    public Lock Lock { get; } = new();

    /// <summary>When this record began: a start, or a change of address, name or policy.</summary>
    public DateTimeOffset Begun { get; }

    /// <summary>When witnesses were last asked as a routine, whatever they answered.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>The configured part of the facts.</summary>
    public IdentityFacts Basis { get; set; }

    public Source Source => Basis.Source;

    public IdentityPolicy Policy { get; }

    /// <summary>Has a way of its own to be read and written without the lock.</summary>
    public Takers Takers { get; } = new();

    /// <summary>Checks of the audit that hold this source.</summary>
    public ImmutableHashSet<string> Promoted { get; private set; }

    /// <summary>One of them fails, or did once: nothing but another audit says otherwise.</summary>
    public bool WaitsForAudit => Promoted.Any(check => Memories.GetValueOrDefault(check)?.Standing is CheckStanding.Failing or CheckStanding.Suspect);

    /// <summary>Another choice of them: what is known of the source stays, and a check that is new among them holds when it fails, not before it was looked at.</summary>
    public void Promote(ImmutableHashSet<string> promoted)
    {
        Memories = Memories.RemoveRange(Memories.Where(pair => IdentityChecks.Find(pair.Key) is null && Promoted.Contains(pair.Key) && !promoted.Contains(pair.Key) && pair.Value.Standing != CheckStanding.Failing).Select(pair => pair.Key));
        Promoted = promoted;
    }

    /// <summary>Of the checks before a delivery always; of the promoted ones once they were looked at; of the others of the audit only while they are failing, since few do.</summary>
    public ImmutableDictionary<string, CheckMemory> Memories { get; private set; }

    public EgressState Egress { get; set; } = EgressState.Blank;

    /// <summary>An operator's word given at run time; else the configuration's.</summary>
    public Attestation? Attested { get; set; }

    public OverrideNote? Override { get; set; }

    public WireFault? Wire { get; set; }

    public RefusalNote? Refusal { get; set; }

    /// <summary>What the newest session said of us.</summary>
    public Greeting? Greeting { get; set; }

    /// <summary>When an observed address was noted last in the history.</summary>
    public DateTimeOffset ObservedNotedAt { get; set; }
    /// <summary>The newest of each receiver and fault.</summary>
    public ImmutableArray<RefusalNote> Refusals { get; private set; } = [];

    /// <summary>What EHLO replies called us, the newest of each receiver.</summary>
    public ImmutableArray<NameNote> Names { get; private set; } = [];

    /// <summary>When a receiver that had refused us took a message while FB-01 failed.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    public Verdict Verdict { get; private set; } = Verdict.Unknown;

    public DateTimeOffset Since { get; private set; }

    public DateTimeOffset? ProvenAt { get; private set; }

    public DateTimeOffset? LastProbe { get; set; }

    public DateTimeOffset? NextProbe { get; set; }

    public DateTimeOffset SavedAt { get; set; }

    public Conclusion Conclusion { get; private set; } = null!;

    public SourceStanding Standing => Volatile.Read(ref _standing);

    /// <summary>Whether a foreign echo stops a lane: not under the observe policy, not under an override.</summary>
    public bool FenceHolds(DateTimeOffset now) => Policy != IdentityPolicy.Observe && !(Override is { } note && note.Until > now);

    /// <summary>Zones whose silence keeps what was proven from being proven again.</summary>
    public ImmutableArray<string?> SilentZones() =>
        [.. Memories.Values.Where(memory => memory is { HasPassed: true, Last: { Outcome: CheckOutcome.Unknown, Cause: UnknownCause.Silent or UnknownCause.Trouble } })
            .Select(memory => memory.Last.Zone).Distinct()];

    public bool DnsHolds() =>
        IdentityChecks.All.Any(check => check.Kind == CheckKind.Dns && Memories[check.Id] is { Standing: CheckStanding.Failing or CheckStanding.Lapsed } memory
            && memory.SeverityUnder(check, Policy) == FindingSeverity.Hold);

    public void Bind(BindResult bind, DateTimeOffset now)
    {
        _bind = bind;
        if (bind.Works)
            _boundAt = now;
    }

    /// <summary>All checks, after a look at bind and DNS.</summary>
    public void Judge(BindResult bind, DnsFacts dns, EvaluationContext context)
    {
        Bind(bind, context.Now);
        _dns = dns;
        Weigh(IdentityChecks.Judge(Facts(context) with { Dns = dns }), context);
    }

    /// <summary>The end of the last audit in which nothing of severity FAIL or HOLD failed; null: there was none since the start.</summary>
    public DateTimeOffset? GreenAt { get; private set; }

    /// <summary>The checks that an audit alone looks at.</summary>
    /// <param name="isWhole">Every probe could look.</param>
    public void Audited(ImmutableArray<CheckResult> results, bool isWhole, EvaluationContext context)
    {
        // FB-07 asks for this very thing: it can't be a reason of its own.
        if (isWhole && !results.Any(result => result is { Outcome: CheckOutcome.Bad or CheckOutcome.Unknown, Check: not "FB-07" } && Catalogue.Find(result.Check)!.SeverityUnder(Policy, result) >= FindingSeverity.Fail))
            GreenAt = context.Now;
        // What has nothing to say any more (a port was closed, a list taken out) does not go on failing: nobody looks at its premise but the audit.
        Memories = Memories.RemoveRange(results.Where(result => result.Outcome is CheckOutcome.NotApplicable or CheckOutcome.NotObservable && IdentityChecks.Find(result.Check) is null).Select(result => result.Check));
        Weigh([.. results.Where(result => IdentityChecks.Find(result.Check) is null && (result.IsBad || Memories.ContainsKey(result.Check) || (Promoted.Contains(result.Check) && result.Outcome == CheckOutcome.Pass)))], context);
        Memories = Memories.RemoveRange(Memories.Where(pair => IdentityChecks.Find(pair.Key) is null && !Promoted.Contains(pair.Key) && pair.Value.Standing == CheckStanding.Passing).Select(pair => pair.Key));
    }

    /// <summary>Only what a session or the clock can change.</summary>
    public void JudgeEgress(EvaluationContext context) => Weigh(IdentityChecks.JudgeEgress(Facts(context)), context);

    /// <summary>A receiver refused us: remembered together with what others said.</summary>
    public void Refused(RefusalNote note) => Refusals = RefusalRules.With(Refusals, note);

    /// <summary>A look that began then has shown whether they were right.</summary>
    public void Answered(DateTimeOffset startedAt)
    {
        Refusal = Refusal is { } refusal ? refusal with { Answered = true } : null;
        Refusals = [.. Refusals.Select(note => note.At <= startedAt ? note with { Answered = true } : note)];
    }

    /// <summary>A receiver's EHLO reply called us something.</summary>
    /// <returns>Whether it is news.</returns>
    public bool Named(NameNote note)
    {
        var before = Names.LastOrDefault(old => old.Site == note.Site);
        var isNews = before is null || before with { At = note.At, Host = note.Host } != note;
        // Sessions come by the thousand and mostly hear the same.
        if (isNews || note.At - before!.At >= TimeSpan.FromMinutes(1))
            Names = [.. Names.Where(old => old.Site != note.Site).TakeLast(15), note];
        return isNews;
    }

    public void Age(EvaluationContext context) => Memories = Memories.SetItems(Memories.Select(pair => KeyValuePair.Create(pair.Key, CheckTransitions.Age(pair.Value, context))));

    /// <summary>Concludes and shows it to the readers.</summary>
    /// <param name="looked">After a full look: proof is as new as that.</param>
    /// <returns>Whether the source was opened or held by it; null when neither.</returns>
    public StandingChange? Publish(EvaluationContext context, bool looked = false)
    {
        if (Override is { } note && note.Until <= context.Now)
            Override = null;
        Conclusion = Conclude.From(Source, Policy, Promoted, Memories, Override, context);
        if (Verdict != Conclusion.Verdict)
            (Verdict, Since) = (Conclusion.Verdict, context.Now);
        if (Conclusion.IsProven && Conclusion.AllPassing && (looked || ProvenAt is null))
            ProvenAt = context.Now;
        var before = _standing;
        Show(context.Now);
        return before is null || before.IsOpen == _standing.IsOpen ? null : new StandingChange(Source.Id, null, _standing.IsOpen);
    }

    /// <summary>A new snapshot of the same conclusion: times and proof may have moved.</summary>
    public void Show(DateTimeOffset now) => Volatile.Write(ref _standing,
        new SourceStanding(Source.Id, Verdict, Since, ProvenAt, NewestProof(), Findings(now), HoldWithRefusal(now), Conclusion.GraceEnds, LastProbe, NextProbe, Override, Attested ?? Source.Attested));

    /// <summary>True when something changed that must not be lost; times that merely moved on are saved now and then.</summary>
    public bool MustBeSaved(DateTimeOffset now)
    {
        var signature = string.Create(CultureInfo.InvariantCulture,
            $"{Verdict}|{Conclusion.Hold?.Check}|{Conclusion.Hold?.Reason}|{ProvenAt is not null}|{Egress.Contradiction}|{Egress.Foreign.Length}|{Egress.Confirmed is not null}|{Override}|{Attested}|{Wire}|{Refusal}|")
            + string.Join(',', IdentityChecks.All.Select(check => Memories[check.Id].Standing))
            + (Memories.Count == IdentityChecks.All.Length ? "" : string.Join(',', Catalogue.Audited.Where(check => Memories.ContainsKey(check.Id)).Select(check => $"{check.Id}{Memories[check.Id].Standing}")));
        if (signature == _signature && now - SavedAt < TimeSpan.FromMinutes(30))
            return false;
        (_signature, SavedAt) = (signature, now);
        return true;
    }

    public StoredSource Store(string node) => new(StoredSource.CurrentVersion, node, Source.LocalAddress.ToString(), Source.PublicAddress.ToString(), Source.Ehlo.Value, Policy,
        Memories, Egress, Attested, Override, Wire, Refusal, Verdict, Since, ProvenAt, LastProbe) { Refusals = Refusals, AcceptedAt = AcceptedAt };

    public bool IsAbout(StoredSource stored) => stored.IsSound && stored.Local == Source.LocalAddress.ToString()
        && stored.Public == Source.PublicAddress.ToString() && stored.Ehlo == Source.Ehlo.Value && stored.Policy == Policy;

    /// <summary>What another node was told by the outside, and what its interfaces could bind, says nothing of this one.</summary>
    /// <param name="mark">Now by the patience clock.</param>
    public void Restore(StoredSource stored, bool sameNode, DateTimeOffset now, DateTimeOffset mark)
    {
        // It may have been written by a clock that was ahead: what lies ahead would outdate every look, and hold or be fresh for ever.
        DateTimeOffset? NotAhead(DateTimeOffset? at) => at > now ? now : at;
        Memories = Memories.SetItems(stored.Memories.Where(pair => Catalogue.Find(pair.Key) is { } check
            && (sameNode || check.Kind is CheckKind.Dns or CheckKind.Configuration)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.NotAhead(now, mark))));
        Inherit(stored.Memories);
        (Attested, Override, Refusal, Verdict, Since) =
            (stored.Attested, stored.Override, stored.Refusal is { } refusal && refusal.At > now ? refusal with { At = now } : stored.Refusal, stored.Verdict, stored.Since < now ? stored.Since : now);
        AcceptedAt = NotAhead(stored.AcceptedAt);
        Refusals = stored.Refusals.IsDefault ? [] : [.. stored.Refusals.Select(note => note.At > now ? note with { At = now } : note)];
        if (sameNode)
            (Egress, Wire, ProvenAt, LastProbe, _boundAt) =
                (stored.Egress.NotAhead(now), stored.Wire is { } fault && fault.At > now ? fault with { At = now } : stored.Wire, NotAhead(stored.ProvenAt), NotAhead(stored.LastProbe), Memories["EG-03"].PassedAt);
    }

    /// <summary>What another node, which held the source until now, knew and this one, which ran beside it, doesn't: operators' and receivers' words, and DNS where the other looked later.</summary>
    public void TakeOver(StoredSource stored, DateTimeOffset now, DateTimeOffset mark)
    {
        var (memories, verdict, since) = (Memories, Verdict, Since);
        Restore(stored, sameNode: false, now, mark);
        (Verdict, Since) = (verdict, since);
        if (LastProbe is { } looked && !(stored.LastProbe > looked))
            Memories = memories;
    }

    // An upgrade brings checks that the state doesn't know: they must not hold what was aligned until the first look. The oldest answer of DNS vouches for them.
    private void Inherit(ImmutableDictionary<string, CheckMemory> stored)
    {
        var nearest = IdentityChecks.All.Where(check => check.Kind == CheckKind.Dns).Select(check => Memories[check.Id]).Where(memory => memory is { HasPassed: true, Standing: CheckStanding.Passing or CheckStanding.Suspect or CheckStanding.Unknown })
            .MinBy(memory => memory.PassedMark);
        if (nearest is null)
            return;
        Memories = Memories.SetItems(IdentityChecks.All.Where(check => !stored.ContainsKey(check.Id))
            .Select(check => KeyValuePair.Create(check.Id, CheckMemory.Inherited(check.Id, nearest))));
    }

    public IdentityFacts Facts(EvaluationContext context) => Basis with
    {
        Feedback = Feedback(context.Now),
        Consistency = new ConsistencyFacts(context.Now, Begun, GreenAt, context.Options.GreenAtMost),
        Bind = _bind,
        Wire = Wire,
        Egress = new EgressFacts(Egress.Confirmed, Egress.Confirmed is { } proof && context.Now - proof.At <= context.Options.ProofRefresh * 2, Egress.Contradiction, Attested ?? Source.Attested),
    };

    private FeedbackFacts Feedback(DateTimeOffset now) => new(now, Refusals, Names, AcceptedAt);

    private void Weigh(ImmutableArray<CheckResult> results, EvaluationContext context) => Memories = Memories.SetItems(results.Select(result =>
        KeyValuePair.Create(result.Check, CheckTransitions.Next(Memories.GetValueOrDefault(result.Check) ?? CheckMemory.Blank(result.Check, context.Now), result, Catalogue.Find(result.Check)!.Kind, context))));

    private Proof? NewestProof()
    {
        var proof = Egress.Confirmed;
        if (!Source.IsTranslated && Memories["EG-03"].Standing == CheckStanding.Passing && _boundAt is { } bound && (proof is null || proof.At < bound))
            proof = new Proof(bound, "interface", "");
        return proof ?? ((Attested ?? Source.Attested) is { } word ? new Proof(new DateTimeOffset(word.On, TimeOnly.MinValue, TimeSpan.Zero), "attested", word.By) : null);
    }

    // A refusal that a look at DNS confirmed is half of the evidence.
    private Hold? HoldWithRefusal(DateTimeOffset now) =>
        Conclusion.Hold is { Reason: "misaligned" } hold && Refusal is { Answered: true } refusal && now - refusal.At < TimeSpan.FromHours(24) && Catalogue.Find(hold.Check)?.Kind == CheckKind.Dns
            ? hold with { Seen = $"{hold.Seen}; {refusal.Site} refused us for it: {refusal.Reply}" }
            : Conclusion.Hold;

    // What receivers told beside refusing: shown with the rest, held by nobody.
    private ImmutableArray<Finding> Findings(DateTimeOffset now)
    {
        if (Refusals.IsEmpty && Names.IsEmpty)
            return Conclusion.Findings;
        var facts = Basis with { Feedback = Feedback(now), Dns = _dns, Egress = new EgressFacts(Egress.Confirmed, true, Egress.Contradiction, null) };
        return [.. Conclusion.Findings, .. FeedbackAudit.All.Where(check => check.Id != "FB-02" || Verdict == Verdict.Aligned).Select(check => (check, result: check.Judge(facts))).Where(pair => pair.result.IsBad)
            .Select(pair => new Finding(pair.check.Id, pair.check.SeverityUnder(Policy), pair.result.Seen, pair.result.Expected, pair.result.Fix, now))];
    }
}
