using System.Collections.Immutable;

namespace Namesake.Core.Identity.History;

/// <summary>A part of one source's past, for people.</summary>
/// <param name="Present">What stands now, the newest of each kind, by kind.</param>
/// <param name="Changes">The newest first.</param>
public sealed record SourceHistory(ImmutableArray<Observation> Present, ImmutableArray<Observation> Changes);
