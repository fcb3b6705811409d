using System.Collections.Immutable;

namespace Namesake.Web;

/// <summary>A part of a long list.</summary>
/// <param name="Next">What to give as <c>after</c> for the part behind it; null at the end.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next);
