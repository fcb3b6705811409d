using System.Globalization;
using System.Net;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>The relay as its users run it: <c>namesake run</c>, a process of its own on the lab's relay host, with a data directory that outlives it.</summary>
public sealed class RelayUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(90);
    private readonly LabHost _host;
    private HostProgram? _program;
    private string _logBefore = "";

    private RelayUnderTest(LabHost host, string folder)
    {
        (_host, Folder) = (host, folder);
        Data = Path.Combine(folder, "data");
        ConfigurationFile = Path.Combine(folder, "namesake.yaml");
        // As the relay sees it: a test may have mounted a disk of its own there.
        Api = new RelayApi(host, () => $"/proc/{ProcessId}/root{Data}/api.token");
    }

    public static IPEndPoint Server { get; } = new(IPAddress.Loopback, RelayConfiguration.Port);

    public string Folder { get; }

    public string Data { get; }

    public string ConfigurationFile { get; }

    public RelayApi Api { get; }

    /// <summary>Its process as the test sees it.</summary>
    public int ProcessId => _program!.ProcessId;

    public bool IsStarted => _program is not null;

    public bool HasExited => _program is null or { HasExited: true };

    /// <summary>Its log over all its lives, the end of it, for failure messages.</summary>
    public string Log => $"{_logBefore}\n{_program?.Tail(100)}";

    /// <summary>Everything this life has logged.</summary>
    public string Output => _program?.Output ?? "";

    /// <summary>Octets of memory it holds now.</summary>
    public long ResidentBytes =>
        long.Parse(File.ReadLines($"/proc/{ProcessId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    /// <summary>Writes the configuration without starting.</summary>
    public static async Task<RelayUnderTest> PrepareAsync(LabHost host, string name, RelayConfiguration configuration, IReadOnlyDictionary<string, string>? environment = null)
    {
        var relay = new RelayUnderTest(host, Directory.CreateDirectory(Path.Combine(host.Folder, $"relay-{name}")).FullName) { Environment = environment ?? new Dictionary<string, string>() };
        await relay.ConfigureAsync(configuration);
        return relay;
    }

    /// <summary>Starts it and waits until it greets clients.</summary>
    public static async Task<RelayUnderTest> StartAsync(LabHost host, string name, RelayConfiguration configuration)
    {
        var relay = await PrepareAsync(host, name, configuration);
        await relay.StartAsync();
        return relay;
    }

    public Task ConfigureAsync(RelayConfiguration configuration) => File.WriteAllTextAsync(ConfigurationFile, configuration.ToYaml(Data));

    /// <summary>Lets the running relay take the file over.</summary>
    public void Reload() => _program!.HangUp();

    /// <summary>More of its environment than any relay's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public HostProgram Launch() => _program = _host.Start("dotnet", [LabRequirements.Relay, "run", "--config", ConfigurationFile], Quick.Concat(Environment).ToDictionary());

    public async Task StartAsync()
    {
        Launch();
        await Eventually.TrueAsync("the relay greets clients", GreetsAsync, StartsWithin, () => Log);
    }

    /// <summary>As a power cut would end it.</summary>
    public async Task KillAsync()
    {
        await _program!.KillAsync();
        await ForgetAsync();
    }

    /// <summary>Asks it to end, and wants that done in order.</summary>
    public async Task StopAsync()
    {
        (await _program!.StopAsync(TimeSpan.FromSeconds(90))).MustSucceed();
        await ForgetAsync();
    }

    /// <summary>Runs one of its verbs that speak to the running relay, as an operator on its host would.</summary>
    public async Task<ProgramResult> AskAsync(params string[] verb) =>
        await _host.RunAsync("dotnet", [LabRequirements.Relay, .. verb, "--config", ConfigurationFile]);

    /// <summary>Starts a verb that may be killed in the middle.</summary>
    public HostProgram Begin(params string[] verb) => _host.Start("dotnet", [LabRequirements.Relay, .. verb, "--config", ConfigurationFile]);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }
    }

    // One life of a test is short: what a long life gains by compiling twice, it only pays for.
    private static readonly Dictionary<string, string> Quick = new() { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TieredCompilation"] = "1" };

    private async Task ForgetAsync()
    {
        _logBefore = Log;
        await _program!.DisposeAsync();
        _program = null;
    }

    private async Task<bool> GreetsAsync()
    {
        if (_program!.HasExited)
        {
            Assert.Fail($"The relay ended instead of starting:\n{Log}");
        }

        try
        {
            await using var client = await Clients.SmtpTalk.ConnectAsync(_host, Server);
            return client.Greeting.StartsWith("220 ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
