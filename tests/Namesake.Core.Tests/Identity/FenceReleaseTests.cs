using Namesake.Core.Receivers;

namespace Namesake.Core.Tests.Identity;

/// <summary>What releases a lane or source that an echo stopped: verdicts.md §3.</summary>
public sealed class FenceReleaseTests
{
    private const string Ours = "203.0.113.5", Stranger = "198.51.100.7", Other = "198.51.100.8";

    [Fact]
    public async Task The_expected_address_on_a_new_connection_releases_the_lane()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", Stranger);
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "mx.example.org", Ours, newConnection: false);
        Assert.NotNull(scene.LaneHold("acme", "mx.example.org"));
        scene.Sight("acme", "mx.example.org", Ours);
        Assert.Null(scene.LaneHold("acme", "mx.example.org"));
        Assert.True(scene.Changes[^1].Open);
    }

    [Fact]
    public async Task An_echo_read_before_the_fault_doesnt_release()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", Stranger);
        scene.Sight("acme", "mx.example.org", Ours); // the same instant: it may have been read first
        Assert.NotNull(scene.LaneHold("acme", "mx.example.org"));
    }

    [Fact]
    public async Task The_source_is_released_by_whoever_saw_it_wrong_and_with_it_the_lanes_that_saw_the_same()
    {
        var scene = await Scenes.TwoAsync();
        scene.Sight("acme", "mx.example.org", "203.0.113.6");
        scene.Sight("acme", "mx.example.net", "203.0.113.6", address: "198.19.0.1");
        scene.Sight("acme", "mx.proxied.example", Stranger, address: "192.0.2.9");
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "mx.bystander.example", Ours); // somebody else may lie on another path
        Assert.False(scene.Of("acme").IsOpen);
        scene.Sight("acme", "mx.example.org", Ours);
        Assert.True(scene.Of("acme").IsOpen);
        Assert.Null(scene.LaneHold("acme", "mx.example.net"));
        Assert.NotNull(scene.LaneHold("acme", "mx.proxied.example"));
    }

    [Fact]
    public async Task Two_foreign_addresses_are_a_pool_and_release_takes_three_in_a_row()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("reflector.ours.example", 25, true));
        scene.Sight("acme", "reflector.ours.example", Stranger);
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "reflector.ours.example", Other);
        var standing = scene.Of("acme");
        Assert.Equal("EG-04", standing.Hold?.Check);
        Assert.Contains("delegated", standing.Findings.Single(finding => finding.Check == "EG-04").Fix, StringComparison.Ordinal);
        Assert.Contains("Pin", standing.Findings.Single(finding => finding.Check == "EG-04").Fix, StringComparison.Ordinal);
        for (var good = 1; good <= 3; good++)
        {
            Assert.False(scene.Of("acme").IsOpen);
            scene.Clock.Advance(TimeSpan.FromSeconds(30));
            scene.Sight("acme", "reflector.ours.example", Ours);
        }
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_wrong_one_in_between_starts_the_row_again()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("reflector.ours.example", 25, true));
        foreach (var seen in new[] { Stranger, Other, Ours, Ours, Stranger, Ours, Ours })
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(30));
            scene.Sight("acme", "reflector.ours.example", seen);
            Assert.False(scene.Of("acme").IsOpen);
        }
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "reflector.ours.example", Ours);
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_strangers_echo_doesnt_break_the_row()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("reflector.ours.example", 25, true));
        foreach (var seen in new[] { Stranger, Other, Ours, Ours })
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(30));
            scene.Sight("acme", "reflector.ours.example", seen);
        }
        scene.Sight("acme", "mx.proxied.example", "192.0.2.77", address: "192.0.2.9");
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "reflector.ours.example", Ours);
        Assert.True(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_translation_that_comes_and_goes_is_a_pool_the_second_time()
    {
        var scene = await Scenes.WitnessedAsync(new WitnessModel("reflector.ours.example", 25, true));
        foreach (var seen in new[] { Stranger, Ours })
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(30));
            scene.Sight("acme", "reflector.ours.example", seen);
        }
        Assert.True(scene.Of("acme").IsOpen); // once is a repair
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "reflector.ours.example", Stranger);
        Assert.Equal("EG-04", scene.Of("acme").Hold?.Check);
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "reflector.ours.example", Ours);
        Assert.False(scene.Of("acme").IsOpen);
    }

    [Fact]
    public async Task A_lane_whose_receiver_stopped_echoing_opens_once_our_address_is_confirmed_elsewhere()
    {
        var scene = await Scene.AlignedAsync();
        scene.Sight("acme", "mx.example.org", Stranger);
        for (var i = 0; i < 5; i++)
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(30));
            scene.Sight("acme", "mx.example.org", null);
            Assert.NotNull(scene.LaneHold("acme", "mx.example.org"));
        }
        scene.Sight("acme", "mx.google.com", Ours);
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        scene.Sight("acme", "mx.example.org", null);
        Assert.Null(scene.LaneHold("acme", "mx.example.org"));
    }
}
