using System.Diagnostics;
using Npgsql;

namespace Namesake.Contracts.Tests.Postgres;

/// <summary>Debian's PostgreSQL in a private directory, reached by its socket only; started by the first test that needs it, ended by its process.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Nobody = "65534"; // PostgreSQL refuses to run as root
    private static readonly string? Programs = Find();
    private readonly SemaphoreSlim _gate = new(1);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("namesake-pg-");
    private Process? _server;

    /// <summary>As a relay demands it. For the contracts time is saved where no power is cut.</summary>
    public bool IsDurable { get; init; }

    public string Host => _directory.FullName;

    public string ConnectionString => $"Host={_directory.FullName};Port=5432;Username=namesake;Database=postgres";

    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    public async Task StartAsync()
    {
        const string Missing = "There is no PostgreSQL here: run build/install-test-packages.";
        Assert.False(Programs is null && Environment.GetEnvironmentVariable("NAMESAKE_LAB") == "required", Missing);
        Assert.SkipWhen(Programs is null, Missing);
        await _gate.WaitAsync();
        try
        {
            if (_server is not null)
                return;
            if (Environment.IsPrivilegedProcess)
                await RunAsync("chown", Nobody, _directory.FullName);
            var data = Path.Combine(_directory.FullName, "data");
            await RunAsync([.. Command("initdb"), "-D", data, "-U", "namesake", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]);
            Launch();
            await AnswersAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends at once, as in a crash; its children end with it, and nothing of theirs stays in shared memory.</summary>
    public async Task StopAsync()
    {
        if (_server is not { } server)
            return;
        await RunAsync("sh", "-c", $"kill -QUIT {server.Id}");
        await server.WaitForExitAsync();
        server.Dispose();
        _server = null;
    }

    /// <summary>After <see cref="StopAsync"/>: the same data, after recovery.</summary>
    public async Task RestartAsync()
    {
        Launch();
        await AnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await StopAsync();
        _directory.Delete(recursive: true);
        _gate.Dispose();
    }

    // What was only unpacked is laid over /usr for the server alone: the user it runs as may not be able to reach a clone in somebody's home.
    private static string[] Command(string program)
    {
        var bin = Path.Combine(Programs!, program);
        if (!Environment.IsPrivilegedProcess)
            return [bin];
        string[] command = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups"];
        var unpacked = bin.IndexOf("/artifacts/test-packages/", StringComparison.Ordinal);
        return unpacked < 0
            ? [.. command, bin]
            : [Path.Combine(bin[..unpacked], "build", "with-test-packages"), .. command, bin[(unpacked + "/artifacts/test-packages".Length)..]];
    }

    private async Task AnswersAsync()
    {
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync(TestContext.Current.CancellationToken);
                return;
            }
            catch (NpgsqlException) when (!_server!.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken); // a start says nothing when it is done
            }
        }
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command[0]}: {await said}{await wrong}");
    }

    private void Launch()
    {
        string[] command =
        [
            .. Command("postgres"), "-D", Path.Combine(_directory.FullName, "data"), "-k", _directory.FullName, "-c", "listen_addresses=", "-c", IsDurable ? "fsync=on" : "fsync=off", "-c", "max_connections=400", "-c", "log_min_messages=fatal",
        ];
        _server = Start(command);
        _server.ErrorDataReceived += (_, _) => { };
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
    }

    private static Process Start(params string[] command) =>
        Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" })!;

    // The machine's own, else what build/install-test-packages has unpacked.
    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); ; at = at.Parent)
        {
            var root = at is null ? "/" : Path.Combine(at.FullName, "artifacts", "test-packages");
            var versions = Path.Combine(root, "usr/lib/postgresql");
            var found = Directory.Exists(versions)
                ? Directory.GetDirectories(versions).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault()
                : null;
            if (found is not null || at is null)
                return found;
        }
    }
}
