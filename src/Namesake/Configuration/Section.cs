using System.Collections.Immutable;

namespace Namesake.Configuration;

/// <summary>A group of keys of the file.</summary>
/// <param name="Path">Where it stands: "brands[]", "delivery.timeouts"; empty for the whole file.</param>
/// <param name="Introduction">What it is for, in the manual's words.</param>
internal sealed record Section(string Path, string Introduction, ImmutableArray<Key> Keys);
