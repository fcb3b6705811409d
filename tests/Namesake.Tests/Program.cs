using Namesake.Cli;
using Namesake.Tests.Plans;

namespace Namesake.Tests;

/// <summary>Runs the tests as xunit's own entry point would, or, called with "namesake VERB …", is the program itself with a DNS provider more, so that a test can kill it in the middle of a write.</summary>
internal static class Program
{
    public const string AsNamesake = "namesake";

    public static Task<int> Main(string[] args)
    {
        if (args is [AsNamesake, .. var verb])
            return AsNamesakeAsync(verb);
        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }

    private static async Task<int> AsNamesakeAsync(string[] verb)
    {
        if (verb is ["plan-timer", "--config", { } configuration, ..])
            await FolderZones.StandBeforeTimerAsync(configuration);
        return await NamesakeCommand.RunAsync(verb, FolderZones.Makers);
    }
}
