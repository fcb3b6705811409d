using System.Collections.Immutable;

namespace Namesake.Configuration;

/// <summary>What came of reading a configuration: the whole of it, or all reasons why not.</summary>
/// <param name="Configuration">Null when there is at least one error.</param>
/// <param name="Problems">Errors and warnings in the order of the file.</param>
public sealed record ConfigurationReading(NamesakeConfiguration? Configuration, ImmutableArray<ConfigurationProblem> Problems);
