using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>The lab leaves nothing behind on the machine it ran on.</summary>
public sealed class HostsEndWithTheLab(LabFixture lab) : LabTest(lab)
{
    [Fact]
    public async Task A_hosts_programs_end_with_it()
    {
        var folder = Directory.CreateTempSubdirectory("namesake-host-").FullName;
        try
        {
            var host = await LabHost.BootAsync("brief", folder, server: false);
            var program = host.Start("sleep", "3600");
            var process = program.ProcessId;
            Assert.True(Directory.Exists($"/proc/{process}"));

            await host.DisposeAsync();

            await Eventually.TrueAsync("the program is gone", () => !Directory.Exists($"/proc/{process}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_program_frozen_answers_nothing_and_thawed_goes_on()
    {
        await using var program = Lab.Relay.Start("sh", "-c", "while read -r line; do echo \"got $line\"; done");
        await program.Input.WriteLineAsync("one");
        await Eventually.TrueAsync("the first answer", () => program.Output == "got one");

        program.Freeze();
        await program.Input.WriteLineAsync("two");
        Assert.Equal('T', (await File.ReadAllTextAsync($"/proc/{program.ProcessId}/stat")).Split(' ')[2][0]);
        Assert.Equal("got one", program.Output);

        program.Thaw();
        await Eventually.TrueAsync("the second answer", () => program.Output == "got one\ngot two");
    }

    [Fact]
    public async Task A_host_sees_its_own_network_names_and_processes_only()
    {
        var addresses = (await Lab.Relay.RunAsync("ip", "-br", "-4", "addr")).Output;
        var hostName = (await Lab.Relay.RunAsync("hostname")).Output;
        var resolver = (await Lab.Relay.RunAsync("cat", "/etc/resolv.conf")).Output;
        var first = (await Lab.Relay.RunAsync("sh", "-c", "tr '\\0' ' ' < /proc/1/cmdline")).Output;

        Assert.Contains(LabBrand.Acme.Local.ToString(), addresses, StringComparison.Ordinal);
        Assert.Equal(2, addresses.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("relay", hostName);
        Assert.Contains($"nameserver {LabPlan.Resolver}", resolver, StringComparison.Ordinal);
        Assert.StartsWith("bash -c", first, StringComparison.Ordinal);
    }
}
