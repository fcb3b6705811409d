using Namesake.Contracts.Tests.Children;

namespace Namesake.Contracts.Tests;

/// <summary>Runs the tests as xunit's own entry point would, or, called with "child NAME DIRECTORY", plays the process that a test kills.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        if (args is ["child", var name, var directory])
            return Child.RunAsync(name, directory);
        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
