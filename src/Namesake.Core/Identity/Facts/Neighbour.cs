using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Facts;

/// <summary>Another source that leaves under the same public address, or from the same /64.</summary>
/// <param name="OtherBrand">It serves a brand this source doesn't serve, and not both say <c>shared: true</c>.</param>
public sealed record Neighbour(SourceId Source, string Ehlo, bool OtherBrand);
