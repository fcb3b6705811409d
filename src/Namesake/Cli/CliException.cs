namespace Namesake.Cli;

/// <summary>The verb ends here: with a code for scripts and a text that says what to do.</summary>
public sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
