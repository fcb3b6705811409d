using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios;

/// <summary>What got its 250 survives anything that can happen to the process.</summary>
public sealed class NothingLost(LabFixture lab) : RelayTest(lab)
{
    private const int Kills = 20;

    [Fact]
    public async Task Killed_twenty_times_under_load_everything_promised_arrives_and_twice_only_what_was_never_settled()
    {
        await StartProvenRelayAsync(new RelayConfiguration { Retry = "[1s]" });
        var load = NewLoad();
        using var enough = new CancellationTokenSource();
        var letters = LabBrand.All.SelectMany(brand => new[] { Letter.Of(brand, LabReceivers.Echo), Letter.Of(brand, LabReceivers.Quiet) }).ToArray();
        var flowing = load.SendAsync(Enumerable.Range(0, 100_000).Select(number => letters[number % letters.Length]), sessions: 5, enough.Token);

        // A fixed seed: the moments differ from kill to kill, not from run to run more than the machine makes them.
        var random = new Random(2007);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var (accepted, arrived) = (load.AcceptedCount + random.Next(5, 120), Lab.ArrivalsOf(Tag).Count + random.Next(1, 40));

            // Every fourth life ends while it is still taking up what the ones before left.
            await Eventually.TrueAsync(
                $"life {kill} accepts and delivers",
                () => kill % 4 == 0 || (load.AcceptedCount >= accepted && Lab.ArrivalsOf(Tag).Count >= arrived),
                TimeSpan.FromSeconds(60),
                () => $"{load.AcceptedCount} accepted, {Lab.ArrivalsOf(Tag).Count} arrived\n{Relay.Log}");
            await Relay.KillAsync();
            await Relay.StartAsync();
        }

        await enough.CancelAsync();
        await flowing;
        var arrivals = await ArrivesAsync(load);
        IsItself(load, arrivals);
        await QueueIsEmptyAsync();
        Assert.True(load.AcceptedCount >= Kills * 5, $"Only {load.AcceptedCount} were accepted: that was no load.");

        // A copy too many is one whose final dot was sent in a life that ended before the outcome was on disk: the spool knows of one delivery only.
        var copies = arrivals.GroupBy(arrival => arrival.MessageId).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
        foreach (var letter in load.Accepted.Where(letter => copies.Contains(letter.MessageId)))
        {
            Assert.Single(await Relay.Api.AttemptsAsync(letter.QueueId), attempt => attempt.Delivered > 0);
        }

        // Nothing came in pieces.
        Assert.All(Lab.Quiet.WithSubject(Tag).Concat(Lab.Echo.WithSubject(Tag)), message => Assert.EndsWith(load.Body + "\r\n", message.Content, StringComparison.Ordinal));

        await Relay.StopAsync();
        (await Relay.AskAsync("spool", "check")).MustSucceed();
    }
}
