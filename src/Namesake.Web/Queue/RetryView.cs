using System.Collections.Immutable;

namespace Namesake.Web.Queue;

/// <summary>Answer to a retry.</summary>
/// <param name="Preview">With dryRun; then there is no job.</param>
public sealed record RetryView(RetryPreviewView? Preview, JobView? Job);

/// <summary>What a retry would do now.</summary>
/// <param name="Later">Recipients it would make due.</param>
/// <param name="Due">Left as they are: due already.</param>
/// <param name="Sending">Left alone: being tried now.</param>
/// <param name="Held">Of those due or made due, the ones whose identity is held: they go when the hold ends.</param>
/// <param name="Resting">Of those due or made due, the ones whose lane rests: they go when the rest ends.</param>
/// <param name="OldestAccepted">Of the mail in the queues that matched; null when there is none.</param>
public sealed record RetryPreviewView(long Queues, long Later, long Due, long Sending, long Held, long Resting, DateTimeOffset? OldestAccepted, ImmutableArray<RetryBrandView> Brands);

public sealed record RetryBrandView(string Brand, long Later, long Due, long Sending);
