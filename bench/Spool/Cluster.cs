using System.Diagnostics;
using System.Globalization;

namespace Namesake.Bench.Spool;

/// <summary>Debian's PostgreSQL with its own settings, all durable, in a private directory, reached by its socket; ended with the benchmark.</summary>
internal sealed class Cluster : IDisposable
{
    private const string Nobody = "65534"; // it refuses to run as root
    private readonly string _programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault() ?? throw Missing()
        : throw Missing();

    private readonly string _directory;
    private readonly Process _server;

    public Cluster(string directory)
    {
        _directory = Path.GetFullPath(directory);
        Directory.CreateDirectory(_directory);
        if (Environment.IsPrivilegedProcess)
            Run("chown", Nobody, _directory);
        var data = Path.Combine(_directory, "data");
        Run([.. Command("initdb"), "-D", data, "-U", "namesake", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"]);
        _server = Start([.. Command("postgres"), "-D", data, "-k", _directory, "-c", "listen_addresses=", "-c", "log_min_messages=fatal"]);
        Run("sh", "-c", $"for i in $(seq 100); do {_programs}/pg_isready -q -U namesake -d postgres -h '{_directory}' && exit 0; sleep 0.1; done; exit 1");
    }

    /// <summary>Of the server and all its processes, those that ended included.</summary>
    public TimeSpan ProcessorTime()
    {
        var ticks = Ticks(_server.Id, withEnded: true);
        foreach (var child in File.ReadAllText($"/proc/{_server.Id}/task/{_server.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            ticks += Ticks(int.Parse(child, CultureInfo.InvariantCulture), withEnded: false);
        return TimeSpan.FromMilliseconds(ticks * 10); // of which a second has a hundred

        static long Ticks(int process, bool withEnded)
        {
            try
            {
                // After the name in parentheses; utime, stime, cutime and cstime are the fields 14 to 17.
                var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[11..15].Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
                return fields[0] + fields[1] + (withEnded ? fields[2] + fields[3] : 0);
            }
            catch (IOException)
            {
                return 0; // Ended meanwhile: its parent counts it.
            }
        }
    }

    public void Dispose()
    {
        Run("sh", "-c", $"kill -INT {_server.Id}");
        _server.WaitForExit();
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static InvalidOperationException Missing() =>
        new("There is no PostgreSQL here. Run build/install-test-packages, then this under build/with-test-packages.");

    private string[] Command(string program) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", Path.Combine(_programs, program)]
        : [Path.Combine(_programs, program)];

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/", RedirectStandardOutput = true })!;

    private static void Run(params string[] command)
    {
        using var process = Start(command);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}");
    }
}
