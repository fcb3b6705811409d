using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Tests.Identity;

/// <summary>Sources on addresses of their own are seen from outside now and then, too: a rule that translates them may come without anybody's word.</summary>
public sealed class RoutineWitnessTests : RunningWatch
{
    [Fact]
    public async Task A_source_on_its_own_address_is_seen_by_a_witness_within_the_hour_and_every_hour()
    {
        await StartAsync(Witnessed(Acme()));
        var times = await AskedAsync(Scenes.Witness, TimeSpan.FromHours(6));
        Assert.InRange(times.Count, 5, 6);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(TimeSpan.FromHours(1), pair.Second - pair.First));
    }

    [Fact]
    public async Task A_masquerade_that_comes_unseen_is_found_by_the_routine_and_holds_the_source()
    {
        await StartAsync(Witnessed(Acme(), new WitnessModel(Scenes.Witness, 25, true)));
        await PassAsync(TimeSpan.FromHours(2));
        Assert.True(Running.Of("acme").IsOpen);
        Running.Outside.Sees(Scenes.Witness, "198.51.100.7");
        await PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("EG-01", Running.Of("acme").Hold?.Check);
    }

    [Fact]
    public async Task Traffic_that_echoes_spares_the_witnesses_here_too()
    {
        await StartAsync(Witnessed(Acme()));
        var asked = Running.Outside.Asked.Count;
        for (var minute = 0; minute < 240; minute += 30)
        {
            Running.Sight("acme", "mx.google.com", "203.0.113.5");
            await PassAsync(TimeSpan.FromMinutes(30));
        }
        Assert.Equal(asked, Running.Outside.Asked.Count);
    }

    [Fact]
    public async Task After_a_change_the_witnesses_are_asked_at_once_however_fresh_the_proof_is()
    {
        await StartAsync(Witnessed(Acme(), new WitnessModel(Scenes.Witness, 25, true)));
        await PassAsync(TimeSpan.FromHours(2));
        Running.Outside.Sees(Scenes.Witness, "198.51.100.7");

        Running.Watch.LookSoon(new SourceId("acme"));
        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.NotNull(Running.Of("acme").Hold);
    }

    [Fact]
    public async Task Witnesses_that_do_not_answer_are_asked_again_at_the_next_time_and_not_before()
    {
        var scene = Witnessed(Acme());
        scene.Outside.IsGone(Scenes.Witness);
        await StartAsync(scene);
        var times = await AskedAsync(Scenes.Witness, TimeSpan.FromHours(4));
        Assert.InRange(times.Count, 3, 4);
        Assert.True(Running.Of("acme").IsOpen); // and nobody is held for it
        Assert.Equal("interface", Running.Of("acme").Proof?.Evidence);
    }

    [Fact]
    public async Task A_reload_asks_nobody_who_was_just_asked()
    {
        await StartAsync(Witnessed(Acme()));
        await PassAsync(TimeSpan.FromHours(2));
        var asked = Running.Outside.Asked.Count;
        Running.Ledger.Reconfigure(Running.Model with { TreatAsPublic = [.. Running.Model.TreatAsPublic, Protocol.Addresses.IPRange.Parse("192.168.0.0/16")] });
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(asked, Running.Outside.Asked.Count);
    }

    [Fact]
    public async Task Ten_thousand_sources_ask_no_more_than_once_a_second_and_never_together()
    {
        var scene = Witnessed(Many(10_000));
        await scene.OpenAsync();
        var due = scene.Model.Sources.All.Select(source => scene.Ledger.NeedOfWitness(source.Id)).Select(need => (need.IsRoutine, At: need.At!.Value - scene.Now)).ToList();
        Assert.All(due, need => Assert.True(need.IsRoutine && need.At >= TimeSpan.Zero && need.At < TimeSpan.FromSeconds(10_000)));
        Assert.True(due.GroupBy(need => Math.Floor(need.At.TotalMinutes)).Max(group => group.Count()) <= 120);
        scene.Sight("s7", "mx.google.com", "203.0.0.7");
        Assert.Equal(scene.Now + TimeSpan.FromSeconds(10_000), scene.Ledger.NeedOfWitness(new SourceId("s7")).At);
    }

    [Fact]
    public async Task After_a_long_stop_and_with_new_witnesses_they_begin_in_turn_as_at_the_first_start()
    {
        var scene = Witnessed(Many(200));
        await scene.OpenAsync();
        foreach (var source in scene.Model.Sources.All)
            scene.Sight(source.Id.Value, "mx.google.com", source.PublicAddress.ToString());
        scene.Clock.Advance(TimeSpan.FromHours(9));
        var restarted = await scene.RestartAsync();
        Assert.True(DueAtOnce(restarted) <= 20);

        restarted.Clock.Advance(TimeSpan.FromHours(9));
        Assert.Equal(200, DueAtOnce(restarted)); // nobody has asked for them meanwhile
        restarted.Ledger.Reconfigure(restarted.Model with { Witnesses = [new WitnessModel(Scenes.OtherWitness, 25, false)] });
        Assert.True(DueAtOnce(restarted) <= 20);

        static int DueAtOnce(Scene scene) => scene.Model.Sources.All.Count(source => scene.Ledger.NeedOfWitness(source.Id).At <= scene.Now + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_reflector_of_ours_is_asked_before_strangers()
    {
        var scene = Witnessed(Acme(), new WitnessModel(Scenes.Witness, 25, false), new WitnessModel(Scenes.Reflector, 25, true));
        scene.Dns.Set(Scenes.Reflector, Namesake.Core.Dns.RecordType.A, "198.18.9.9");
        scene.Outside.SeesRight(Scenes.Reflector);
        await StartAsync(scene);
        await PassAsync(TimeSpan.FromHours(8));
        Assert.All(Running.Outside.Asked, asked => Assert.Equal(Scenes.Reflector, asked.Host));
        Assert.NotEmpty(Running.Outside.Asked);
    }

    [Fact]
    public async Task The_proof_shown_is_the_newest_of_interface_and_witness()
    {
        await StartAsync(Witnessed(Acme()));
        await PassAsync(TimeSpan.FromHours(2));
        Assert.True(Running.Now - Running.Of("acme").Proof!.At <= TimeSpan.FromMinutes(15));
    }

    private static Source[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => Scene.Source($"s{i}", $"203.0.{i / 256}.{i % 256}", $"mail.s{i}.example"))];

    private static Scene Witnessed(Source[] sources, params WitnessModel[] witnesses)
    {
        var scene = new Scene(sources).WithWitnesses(witnesses is [] ? [new WitnessModel(Scenes.Witness, 25, false)] : witnesses);
        scene.Model = scene.Model with { TreatAsPublic = [.. scene.Model.TreatAsPublic, Protocol.Addresses.IPRange.Parse("203.0.0.0/16")] };
        foreach (var source in sources)
            scene.Dns.Identity(source.PublicAddress.ToString(), source.Ehlo.Value);
        scene.Dns.Set(Scenes.Witness, Namesake.Core.Dns.RecordType.A, "198.18.0.1");
        scene.Outside.SeesRight(Scenes.Witness);
        return scene;
    }
}
