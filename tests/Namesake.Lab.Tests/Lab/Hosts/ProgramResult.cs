namespace Namesake.Lab.Tests.Lab.Hosts;

/// <summary>How a program ended and all it said, both streams in the order they arrived.</summary>
public sealed record ProgramResult(string Command, int ExitCode, string Output)
{
    public ProgramResult MustSucceed() => ExitCode == 0 ? this : throw new InvalidOperationException($"{Command} ended with {ExitCode}:\n{Output}");
}
