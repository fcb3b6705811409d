using System.Diagnostics;
using System.Reflection;

namespace Namesake.Lab.Tests.Lab;

/// <summary>What this machine must offer so that the lab can stand, and whether it does.</summary>
public static class LabRequirements
{
    /// <summary>The repository this was built from.</summary>
    public static string Root { get; } = Metadata("NamesakeRoot");

    /// <summary>Where <c>build/install-test-packages</c> unpacks the servers.</summary>
    public static string Packages { get; } = Path.Combine(Root, "artifacts", "test-packages");

    public static string Nodemailer { get; } = Path.Combine(Root, "artifacts", "nodemailer");

    /// <summary>The relay as built beside these tests.</summary>
    public static string Relay { get; } = Path.Combine(Root, "src", "Namesake", "bin", Metadata("NamesakeConfiguration"), "net10.0", "namesake.dll");

    /// <summary>Why the lab cannot stand here; null when it can.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Set by <c>./test</c> where nothing excuses a skip: then what is missing is a failure.</summary>
    public static bool IsRequired { get; } = Environment.GetEnvironmentVariable("NAMESAKE_LAB") == "required";

    private static string? FindMissing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "The lab needs Linux: its hosts are network namespaces.";
        }

        if (Environment.UserName != "root")
        {
            return "The lab needs root, to make its hosts' networks.";
        }

        if (!Succeeds("unshare", "--net", "--mount", "--pid", "--uts", "--fork", "--mount-proc", "true"))
        {
            return "The lab needs namespaces, and `unshare` may not make them here.";
        }

        foreach (var server in new[] { "named", "unbound", "postfix", "exim4" })
        {
            if (!File.Exists(Path.Combine(Packages, "usr", "sbin", server)))
            {
                return $"{server} is not unpacked; run build/install-test-packages.";
            }
        }

        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return new[] { "ip", "nft", "nsenter", "swaks", "python3" }.FirstOrDefault(tool => !path.Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, tool)))) is { } absent
            ? $"{absent} is not installed; run build/install-test-packages."
            : null;
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit(TimeSpan.FromSeconds(20));
            return process is { HasExited: true, ExitCode: 0 };
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Metadata(string key) =>
        typeof(LabRequirements).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
