using System.Collections.Immutable;

namespace Namesake.Web.Queue;

/// <summary>Answer to a verb.</summary>
/// <param name="Preview">With dryRun; then there is no job.</param>
public sealed record VerbView(PreviewView? Preview, JobView? Job);

/// <summary>What a verb would do now.</summary>
/// <param name="Changes">Recipients it would change.</param>
/// <param name="Later">Of what was meant: recipients whose time is still to come.</param>
/// <param name="Due">Due already.</param>
/// <param name="Kept">Kept back by somebody.</param>
/// <param name="Sending">Left alone: being tried now. Not counted where the filter goes by message.</param>
/// <param name="Held">Of those due or later, the ones whose identity is held or whose lane is suspended.</param>
/// <param name="Resting">Of those due or later, the ones whose lane rests.</param>
/// <param name="Domains">Recipient domains of the mail meant.</param>
/// <param name="OldestAccepted">Of the mail meant; null when there is none.</param>
public sealed record PreviewView(
    long Queues, long Changes, long Later, long Due, long Kept, long Sending, long Held, long Resting, DateTimeOffset? OldestAccepted, ImmutableArray<PreviewBrandView> Brands,
    long Domains = 0);

public sealed record PreviewBrandView(string Brand, long Changes, long Later, long Due, long Kept, long Sending);
