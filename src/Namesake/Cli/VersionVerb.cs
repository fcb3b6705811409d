using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Namesake.Cli;

/// <summary>namesake version.</summary>
public static class VersionVerb
{
    /// <summary>Of this program, "0.1.0".</summary>
    public static string Version { get; } =
        (typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    internal static Command Create(Terminal terminal)
    {
        var command = new Command("version", "The version of this program and what it runs on.") { RelayOptions.Json };
        command.SetAction(parsed =>
        {
            var report = new VersionReport(Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.RuntimeIdentifier);
            if (parsed.GetValue(RelayOptions.Json))
                terminal.Json(CliJson.Element(report, CliJson.Default.VersionReport));
            else
                terminal.Raw($"namesake {report.Version} ({report.Runtime}, {report.Platform})");
            return ExitCode.Ok;
        });
        return command;
    }
}

/// <summary>What `version --json` prints.</summary>
public sealed record VersionReport(string Version, string Runtime, string Platform);
