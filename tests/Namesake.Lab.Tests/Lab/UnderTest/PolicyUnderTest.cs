using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary><c>namesake policy</c> beside the lab's Postfix, as its operator runs it.</summary>
public sealed class PolicyUnderTest : IAsyncDisposable
{
    private readonly HostProgram _program;

    private PolicyUnderTest(HostProgram program) => _program = program;

    public string Log => _program.Tail();

    public static async Task<PolicyUnderTest> StartAsync(LabHost host, params string[] options)
    {
        var service = new PolicyUnderTest(host.Start("dotnet",
            [LabRequirements.Relay, "policy", "--listen", "unix:/var/spool/postfix/namesake/policy", "--listen", "inet:127.0.0.1:10040", "--authserv-id", "mx.postfix.example", .. options]));
        await Eventually.TrueAsync("the policy service answers", () => service._program.HasExited || service.Log.Contains("Answering on", StringComparison.Ordinal), seen: () => service.Log);
        return service;
    }

    /// <summary>Asks it to end, and wants that done in order.</summary>
    public async Task StopAsync() => (await _program.StopAsync()).MustSucceed();

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
