using Namesake.Configuration;

namespace Namesake.Cli;

/// <summary>Reads the configuration for a verb and tells all that is wrong with it.</summary>
internal static class Configurations
{
    /// <param name="quiet">Warnings are another verb's business.</param>
    public static NamesakeConfiguration Read(string file, Terminal terminal, bool quiet)
    {
        var reading = new ConfigurationReader().Read(file);
        foreach (var problem in reading.Problems.Where(problem => problem.IsError || !quiet))
            terminal.Hint(problem.ToString());
        return reading.Configuration ?? throw new CliException(ExitCode.Configuration,
            $"{file} can't be used: {reading.Problems.Count(problem => problem.IsError)} {(reading.Problems.Count(problem => problem.IsError) == 1 ? "error" : "errors")}, see above");
    }
}
