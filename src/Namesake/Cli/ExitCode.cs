namespace Namesake.Cli;

/// <summary>What the program ends with: stable, for scripts. Explained in docs/cli.md.</summary>
public static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The answer is no: misaligned, held, refused, unknown id, not sound.</summary>
    public const int Negative = 1;

    /// <summary>There is no answer: time-outs, or the relay can't be reached.</summary>
    public const int Unknown = 2;

    /// <summary>The command line is wrong (EX_USAGE of sysexits.h).</summary>
    public const int Usage = 64;

    /// <summary>A bug of ours (EX_SOFTWARE).</summary>
    public const int Bug = 70;

    /// <summary>The configuration is wrong (EX_CONFIG).</summary>
    public const int Configuration = 78;

    /// <summary>Interrupted by a signal, as shells count it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
