using System.Collections.Immutable;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Pipeline;
using Namesake.Core.Sources;

namespace Namesake.Web.Sources;

/// <summary>A source and everything known of its identity.</summary>
/// <param name="Retiring">It takes no new mail; what waits for it drains.</param>
/// <param name="WarmUp">Null: it carries as much as comes.</param>
/// <param name="Verdict">"aligned", "misaligned" or "unknown".</param>
/// <param name="Hold">Null when it is open.</param>
/// <param name="ProvenAt">When every check that would hold had last passed together; null: never since address, name or policy changed.</param>
/// <param name="GraceEnds">While unknown after aligned: when patience ends.</param>
/// <param name="Lease">Which node sends from it, where nodes share a database; null: nobody else can.</param>
/// <param name="LanesHeld">Receivers the fence closed for this source alone.</param>
public sealed record SourceView(
    string Id,
    string LocalAddress,
    string PublicAddress,
    string Ehlo,
    bool Shared,
    int Weight,
    bool Retiring,
    WarmUpView? WarmUp,
    ImmutableArray<string> Brands,
    string Verdict,
    DateTimeOffset? Since,
    DateTimeOffset? ProvenAt,
    ProofView? Proof,
    HoldView? Hold,
    ImmutableArray<FindingView> Findings,
    DateTimeOffset? GraceEnds,
    DateTimeOffset? LastProbe,
    DateTimeOffset? NextProbe,
    OverrideView? Override,
    AttestationView? Attested,
    LeaseView? Lease,
    ImmutableArray<HoldView> LanesHeld)
{
    public static SourceView Of(Source source, SourceStanding? standing, SourceLease? lease, IEnumerable<Hold> lanesHeld, RelayModel model, WarmUps warmUps, DateTimeOffset now) => new(
        source.Id.Value,
        source.LocalAddress.ToString(),
        source.PublicAddress.ToString(),
        source.Ehlo.Value,
        source.Shared,
        source.Weight,
        source.Retiring,
        WarmUpView.Of(source, warmUps),
        [.. model.Brands.All.Where(brand => brand.Sources.Contains(source.Id)).Select(brand => brand.Id.Value)],
        (standing?.Verdict ?? Core.Identity.Verdict.Unknown).ToString().ToLowerInvariant(),
        standing?.Since,
        standing?.ProvenAt,
        standing?.Proof is { } proof ? ProofView.Of(proof, now) : null,
        standing?.Hold is { } hold ? HoldView.Of(hold) : null,
        standing is null ? [] : [.. standing.Findings.Select(FindingView.Of)],
        standing?.GraceEnds,
        standing?.LastProbe,
        standing?.NextProbe,
        standing?.Override is { } note ? new OverrideView(note.Until, note.Reason, note.By) : null,
        (standing?.Attested ?? source.Attested) is { } word ? new AttestationView(word.By, word.On) : null,
        lease is null ? null : new LeaseView(lease.Node, lease.IsOurs, lease.Since, lease.Until, lease.Token),
        [.. lanesHeld.Where(lane => lane.Source == source.Id).Select(HoldView.Of)]);
}

/// <param name="Evidence">"interface", "echo", "witness" or "attested".</param>
/// <param name="From">Who said so; empty for the interface.</param>
public sealed record ProofView(DateTimeOffset At, double AgeSeconds, string Evidence, string From)
{
    public static ProofView Of(Proof proof, DateTimeOffset now) => new(proof.At, Math.Round(Math.Max(0, (now - proof.At).TotalSeconds), 1), proof.Evidence, proof.From);
}

public sealed record OverrideView(DateTimeOffset Until, string Reason, string By);

/// <param name="Node">Who holds it.</param>
/// <param name="Ours">This process does; another of the same node is another holder.</param>
/// <param name="Until">When others may take it unless it is renewed, by the database's clock.</param>
/// <param name="Token">How many holders it has had.</param>
public sealed record LeaseView(string Node, bool Ours, DateTimeOffset Since, DateTimeOffset Until, long Token);

public sealed record AttestationView(string By, DateOnly On);
