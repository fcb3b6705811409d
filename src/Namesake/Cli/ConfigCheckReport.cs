using System.Collections.Immutable;
using Namesake.Configuration;

namespace Namesake.Cli;

/// <summary>What `config check --json` prints.</summary>
public sealed record ConfigCheckReport(bool Usable, ImmutableArray<ConfigProblemReport> Problems)
{
    public static ConfigCheckReport Of(ConfigurationReading reading) => new(reading.Configuration is not null,
        [.. reading.Problems.Select(problem => new ConfigProblemReport(problem.IsError ? "error" : "warning", problem.Place?.Line, problem.Place?.Column, problem.Text))]);
}

/// <param name="Line">From 1; null when the whole file is meant.</param>
public sealed record ConfigProblemReport(string Severity, int? Line, int? Column, string Text);
