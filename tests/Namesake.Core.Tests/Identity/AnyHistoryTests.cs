using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Identity;

namespace Namesake.Core.Tests.Identity;

/// <summary>What must hold whatever happens, in whatever order: random histories of DNS, interfaces, echoes, time and restarts, played through ledger and watch.</summary>
public sealed class AnyHistoryTests
{
    private const string Address = "203.0.113.5", Name = "mail.acme.example", ReverseZone = "113.0.203.in-addr.arpa";

    private enum Deed
    {
        PointerGone,
        PointerRight,
        ForwardWrong,
        ForwardRight,
        ReverseSilent,
        ReverseFails,
        ForwardSilent,
        ZonesAnswer,
        ResolverDies,
        ResolverLives,
        LagBegins,
        LagEnds,
        AddressLost,
        AddressFound,
        StrangerEchoes,
        RightEcho,
        Refused,
        Restart,
        Wait,
    }

    private static readonly Deed[] Faults = [Deed.PointerGone, Deed.ForwardWrong];

    private static Gen<(Deed Deed, int Minutes)[]> Histories(params Deed[] without)
    {
        var deeds = Enum.GetValues<Deed>().Except(without).ToArray();
        return Gen.Select(Gen.Int[0, deeds.Length - 1].Select(i => deeds[i]), Gen.Int[0, 75]).Array[1, 14];
    }

    [Fact]
    public Task A_source_whose_address_is_gone_is_held_and_with_it_back_it_isnt_held_for_that() => SampleAsync(Histories(), async (scene, step) =>
    {
        if (!step.AddressThere)
            Assert.Equal("EG-03", scene.Of("acme").Hold?.Check);
        else
            Assert.NotEqual("address-missing", scene.Of("acme").Hold?.Reason);
        await Task.CompletedTask;
    });

    [Fact]
    public Task Where_dns_never_says_anything_wrong_nobody_is_ever_misaligned() => SampleAsync(Histories([.. Faults, Deed.AddressLost, Deed.LagBegins]), (scene, _) =>
    {
        Assert.NotEqual(Verdict.Misaligned, scene.Of("acme").Verdict);
        return Task.CompletedTask;
    });

    [Fact]
    public Task Where_silence_never_lasts_four_hours_no_aligned_source_is_held_for_it() => SampleAsync(Histories([.. Faults, Deed.AddressLost]), (scene, step) =>
    {
        if (step.WasProven && step.Now - step.AllRightAt < TimeSpan.FromHours(3.5))
            Assert.True(scene.Of("acme").IsOpen, scene.Of("acme").Hold?.Describe());
        return Task.CompletedTask;
    });

    [Fact]
    public Task A_source_never_proven_stays_shut_until_everything_was_right() => SampleAsync(Histories(), (scene, step) =>
    {
        if (!step.WasEverRight)
            Assert.False(scene.Of("acme").IsOpen);
        return Task.CompletedTask;
    }, startsRight: false);

    [Fact]
    public Task With_everything_right_again_for_a_few_minutes_every_source_is_open() => SampleAsync(Histories(), async (scene, _) =>
    {
        scene.Dns.Dead = false;
        scene.Dns.EndTrouble(ReverseZone);
        scene.Dns.EndTrouble("acme.example");
        scene.Dns.EndLag("5." + ReverseZone, RecordType.Ptr);
        scene.Dns.Pointer(Address, Name);
        scene.Dns.Set(Name, RecordType.A, Address);
        scene.Interfaces.Find(Address);
        await scene.PassAsync(TimeSpan.FromMinutes(3));
        Assert.True(scene.Of("acme").IsOpen, scene.Of("acme").Hold?.Describe());
        Assert.Equal(Verdict.Aligned, scene.Of("acme").Verdict);
    }, onlyAtTheEnd: true);

    [Fact]
    public Task A_fault_that_stays_is_held_within_its_minutes() => SampleAsync(Histories(), async (scene, _) =>
    {
        scene.Dns.Dead = false;
        scene.Dns.EndTrouble(ReverseZone);
        scene.Dns.EndTrouble("acme.example");
        scene.Dns.EndLag("5." + ReverseZone, RecordType.Ptr);
        scene.Dns.Pointer(Address);
        await scene.PassAsync(TimeSpan.FromMinutes(18));
        Assert.False(scene.Of("acme").IsOpen);
        Assert.Equal(Verdict.Misaligned, scene.Of("acme").Verdict);
    }, onlyAtTheEnd: true);

    /// <summary>What was right for a shorter time the relay need not have seen: trouble is looked at again every minute.</summary>
    private static readonly TimeSpan Seen = TimeSpan.FromMinutes(3);

    /// <param name="AllRightAt">The end of the last time in which everything was right for long enough to be seen.</param>
    private sealed record Step(DateTimeOffset Now, bool AddressThere, bool WasProven, bool WasEverRight, DateTimeOffset AllRightAt);

    private static Task SampleAsync(Gen<(Deed Deed, int Minutes)[]> histories, Func<Scene, Step, Task> holds, bool startsRight = true, bool onlyAtTheEnd = false) =>
        histories.SampleAsync(async history =>
        {
            var scene = new Scene(Scene.Source("acme", Address, Name), Scene.Source("other", "192.0.2.9", "mail.other.example"));
            scene.Dns.Identity("192.0.2.9", "mail.other.example");
            var (pointer, forward, silent, lag, there) = (startsRight, startsRight, false, false, true);
            if (startsRight)
                scene.Dns.Identity(Address, Name);
            await scene.OpenAsync();
            await scene.PassAsync(TimeSpan.FromMinutes(1));
            var (proven, right, rightAt) = (startsRight, startsRight, scene.Now);
            DateTimeOffset? rightSince = startsRight ? scene.Now - Seen : null;
            foreach (var (deed, minutes) in history)
            {
                scene = await DoAsync(scene, deed);
                pointer = deed switch { Deed.PointerGone => false, Deed.PointerRight => true, _ => pointer };
                forward = deed switch { Deed.ForwardWrong => false, Deed.ForwardRight => true, _ => forward };
                silent = deed switch { Deed.ReverseSilent or Deed.ReverseFails or Deed.ForwardSilent or Deed.ResolverDies => true, _ => scene.IsSilent };
                lag = deed switch { Deed.LagBegins => true, Deed.LagEnds => false, _ => lag };
                there = deed switch { Deed.AddressLost => false, Deed.AddressFound => true, _ => there };
                var isRight = pointer && forward && !silent && !lag;
                right |= isRight;
                rightSince = isRight ? rightSince ?? scene.Now : null;
                await scene.PassAsync(TimeSpan.FromMinutes(minutes));
                if (rightSince is { } since && scene.Now - since >= Seen)
                    rightAt = scene.Now;
                proven |= scene.Of("acme").ProvenAt is not null;
                if (!onlyAtTheEnd)
                    await holds(scene, new Step(scene.Now, there, proven, right, rightAt));
            }
            if (onlyAtTheEnd)
                await holds(scene, new Step(scene.Now, there, proven, right, rightAt));
        }, iter: 40);

    private static async Task<Scene> DoAsync(Scene scene, Deed deed)
    {
        switch (deed)
        {
            case Deed.PointerGone: scene.Dns.Pointer(Address); break;
            case Deed.PointerRight: scene.Dns.Pointer(Address, Name); break;
            case Deed.ForwardWrong: scene.Dns.Set(Name, RecordType.A, "198.51.100.9"); break;
            case Deed.ForwardRight: scene.Dns.Set(Name, RecordType.A, Address); break;
            case Deed.ReverseSilent: scene.Dns.Trouble(ReverseZone, DnsOutcome.TimedOut); break;
            case Deed.ReverseFails: scene.Dns.Trouble(ReverseZone, DnsOutcome.ServerFailure); break;
            case Deed.ForwardSilent: scene.Dns.Trouble("acme.example", DnsOutcome.TimedOut); break;
            case Deed.ResolverDies: scene.Dns.Dead = true; break;
            case Deed.ResolverLives: scene.Dns.Dead = false; break;
            case Deed.LagBegins: scene.Dns.Lag("5." + ReverseZone, RecordType.Ptr, "old.acme.example"); break;
            case Deed.LagEnds: scene.Dns.EndLag("5." + ReverseZone, RecordType.Ptr); break;
            case Deed.ZonesAnswer:
                scene.Dns.EndTrouble(ReverseZone);
                scene.Dns.EndTrouble("acme.example");
                break;
            case Deed.AddressLost:
                scene.Interfaces.Lose(Address);
                await scene.ProbeAsync("acme");
                break;
            case Deed.AddressFound:
                scene.Interfaces.Find(Address);
                await scene.ProbeAsync("acme");
                break;
            case Deed.StrangerEchoes: scene.Sight("acme", "mx.proxied.example", "198.51.100.77"); break;
            case Deed.RightEcho: scene.Sight("acme", "mx.google.com", Address); break;
            case Deed.Refused: scene.Ledger.RefusedForIdentity(Scene.Refusal("acme", "google.com", "550 5.7.25")); break;
            case Deed.Restart: return await scene.RestartAsync();
            case Deed.Wait: await scene.PassAsync(TimeSpan.FromMinutes(30)); break;
        }
        return scene;
    }
}
