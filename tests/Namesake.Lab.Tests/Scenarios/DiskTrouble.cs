using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>A disk that is full, and a spool that is damaged: said clearly, and nothing lost.</summary>
public sealed class DiskTrouble(LabFixture lab) : RelayTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;
    private bool _isMounted;

    [Theory]
    [InlineData("8 MiB")]
    [InlineData("0 B")]
    public async Task A_full_disk_is_told_to_clients_loses_nothing_and_is_got_over(string keptFree)
    {
        await PrepareRelayAsync(new RelayConfiguration { Retry = "[1s]", More = $"spool: {{ minimumFreeDisk: {keptFree} }}\n" });
        (await Lab.Relay.RunAsync("sh", "-c", $"mkdir -p {Relay.Data} && mount -t tmpfs -o size=96m,mode=700 spool {Relay.Data}")).MustSucceed();
        _isMounted = true;
        await Relay.StartAsync();
        Lab.Echo.Habits = Lab.Echo.Usual with { MailReply = "451 4.3.0 come again" };
        var waiting = await SubmitAsync(Letter.Many(20, Acme, LabReceivers.Echo));

        var filler = Path.Combine(Relay.Data, "filler");
        await Lab.Relay.RunAsync("dd", "if=/dev/zero", $"of={filler}", "bs=64k");
        var load = new Load(Lab.Relay, RelayUnderTest.Server, Tag, "large") { Body = string.Join("\r\n", Enumerable.Repeat(new string('x', 998), 100)) };
        var submitting = load.SendAsync(Letter.Many(60, Acme, LabReceivers.Quiet), sessions: 2);
        await Eventually.TrueAsync("clients are told to come again", () => load.DeferredCount > 5, TimeSpan.FromSeconds(60), () => Relay.Log);
        Assert.False(Relay.HasExited, Relay.Log);

        (await Lab.Relay.RunAsync("rm", filler)).MustSucceed();
        await submitting;
        Assert.Equal(60, load.AcceptedCount);
        Lab.Echo.Habits = Lab.Echo.Usual;

        await ArrivesOnceAsItselfAsync(load);
        await ArrivesOnceAsItselfAsync(waiting);
        await QueueIsEmptyAsync();
    }

    [Theory]
    [InlineData("cut off in the middle")]
    [InlineData("empty")]
    [InlineData("overwritten")]
    [InlineData("a directory")]
    public async Task A_spool_that_is_damaged_is_refused_at_start_with_a_clear_error_and_left_as_it_is(string damage)
    {
        await StartRelayAsync(new RelayConfiguration());
        Lab.Echo.Habits = Lab.Echo.Usual with { MailReply = "451 4.3.0 come again" };
        await SubmitAsync(Letter.Many(20, Acme, LabReceivers.Echo));
        await Relay.StopAsync();
        var database = Path.Combine(Relay.Data, "spool.db");
        switch (damage)
        {
            case "cut off in the middle":
                await using (var file = File.OpenWrite(database))
                {
                    file.SetLength((file.Length / 2) + 100);
                }

                break;
            case "empty":
                await File.WriteAllBytesAsync(database, []);
                break;
            case "overwritten":
                await File.WriteAllTextAsync(database, new string('?', 100_000));
                break;
            default:
                File.Move(database, database + ".away");
                Directory.CreateDirectory(database);
                break;
        }

        var before = File.Exists(database) ? await File.ReadAllBytesAsync(database) : null;
        var ended = await Relay.Launch().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("the relay can't start: ", ended.Output, StringComparison.Ordinal);
        Assert.Contains(database, ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Namesake.", ended.Output, StringComparison.Ordinal);
        Assert.Equal(before, File.Exists(database) ? await File.ReadAllBytesAsync(database) : null);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_isMounted)
        {
            await Lab.Relay.RunAsync("umount", "-l", Relay.Data);
        }

        GC.SuppressFinalize(this);
    }
}
