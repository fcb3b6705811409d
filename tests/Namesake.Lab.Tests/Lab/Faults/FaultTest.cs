using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Lab.Faults;

/// <summary>A scenario in which something goes wrong while mail flows, and is put right again. What is awaited is the order of things, never a time.</summary>
public abstract class FaultTest(LabFixture lab) : RelayTest(lab)
{
    protected static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Plays faults of different brands beside each other.</summary>
    protected async Task PlayAsync(params Fault[] faults)
    {
        await Task.WhenAll(faults.Select(PlayOneAsync));
        await QueueIsEmptyAsync();
    }

    /// <summary>From flowing mail to flowing mail.</summary>
    private async Task PlayOneAsync(Fault fault)
    {
        var (victim, bystander) = (fault.Victim, LabBrand.Cargo);
        var course = new FaultCourse(fault.Name, fault.Holds ?? fault.Tells ?? "") { ProofSeconds = fault.ProofSeconds };
        var load = NewLoad();
        await using var flow = MailFlow.Start(load, [.. fault.To.SelectMany(to => new[] { Letter.Of(victim, to), Letter.Of(bystander, to) })]);
        await FlowsOnAsync(load, victim, fault.To);

        course.Injected = Now;
        await fault.Inject();
        await UntilAsync(victim, "the fault is seen", fault.IsSeen);
        course.Seen = Now;
        if (fault.Holds is null)
        {
            await FlowsOnAsync(load, victim, fault.To);
            Assert.Null((await SourceAsync(victim)).Hold);
        }
        else
        {
            await UntilAsync(victim, $"{fault.Holds} holds the source", source => source.Hold?.Check == fault.Holds);
            course.Held = Now;
            // One letter may have been on its way to its 250.
            var known = load.AcceptedCount + 1;

            // Not always as long before the next look, or every release would seem as quick.
            var more = fault.To.Count * Random.Shared.Next(2, 7);
            await Eventually.TrueAsync("more mail comes in", () => load.Accepted.Skip(known).Count(letter => IsOf(victim, letter)) >= more, seen: () => Relay.Log);
            await FlowsOnAsync(load, bystander, fault.To);
            var late = load.Accepted.Skip(known).Where(letter => IsOf(victim, letter)).Select(letter => letter.MessageId).ToHashSet();
            Assert.DoesNotContain(Lab.ArrivalsOf(Tag), arrival => late.Contains(arrival.MessageId));
        }

        var before = load.Accepted.ToList();
        var arrived = Lab.ArrivalsOf(Tag).Select(arrival => arrival.MessageId).ToHashSet();
        course.Waited = fault.Holds is null ? 0 : before.Count(letter => IsOf(victim, letter) && !arrived.Contains(letter.MessageId));
        course.Repaired = Now;
        await fault.Repair();
        await UntilAsync(victim, "the source is in order again", source => source is { Hold: null, Verdict: "aligned" } && !fault.IsSeen(source));
        course.Released = Now;
        await ArrivesAsync(before);
        course.Delivered = Now;
        await FlowsOnAsync(load, victim, fault.To);
        await flow.StopAsync();
        await ArrivesOnceAsync(load, course);
        Count(course, fault);
        await course.WriteAsync();
    }

    protected Task<SourceSeen> SourceAsync(LabBrand brand) => Relay.Api.SourceAsync($"{brand.Id}-v4");

    protected Task<SourceSeen> UntilAsync(LabBrand brand, string expected, Func<SourceSeen, bool> isSo) =>
        Eventually.GetAsync(expected, () => SourceAsync(brand), isSo, TimeSpan.FromSeconds(90), () => Relay.Log);

    /// <summary>Waits until letters of this brand that are accepted from now on have arrived at each of these receivers.</summary>
    protected async Task FlowsOnAsync(Load load, LabBrand brand, IReadOnlyList<LabReceiver> to)
    {
        var known = load.AcceptedCount;
        await Eventually.GetAsync(
            $"mail of {brand.Id} goes on to {string.Join(", ", to.Select(receiver => receiver.Domain))}",
            () =>
            {
                var fresh = load.Accepted.Skip(known).Where(letter => IsOf(brand, letter)).Select(letter => letter.MessageId).ToHashSet();
                return Task.FromResult<IReadOnlyList<string>>([.. Lab.ArrivalsOf(Tag).Where(arrival => fresh.Contains(arrival.MessageId)).Select(arrival => arrival.Domain).Distinct()]);
            },
            domains => to.All(receiver => domains.Contains(receiver.Domain)),
            TimeSpan.FromSeconds(90),
            () => Relay.Log);
    }

    protected static bool IsOf(LabBrand brand, AcceptedLetter letter) => letter.Letter.From.EndsWith($"@{brand.Domain}", StringComparison.Ordinal);

    /// <summary>Whether the source has such a finding.</summary>
    protected static Func<SourceSeen, bool> Tells(string check, string severity = "HOLD") =>
        source => source.Findings.Any(finding => finding.Check == check && finding.Severity == severity);

    protected async Task ArrivesAsync(IEnumerable<AcceptedLetter> letters)
    {
        var promised = letters.Select(letter => letter.MessageId).ToHashSet();
        await Eventually.GetAsync("what waited arrives", () => Task.FromResult(new Arrivals(Lab.ArrivalsOf(Tag), promised)), arrivals => arrivals.Missing == 0, TimeSpan.FromSeconds(90), () => Relay.Log);
    }

    // A receiver without an echo can't be told from one that sees us right: there it is the hold that ends it.
    private async Task ArrivesOnceAsync(Load load, FaultCourse course)
    {
        var arrivals = await ArrivesAsync(load);
        Assert.All(arrivals.GroupBy(arrival => arrival.MessageId), copies => Assert.Single(copies));
        var exposed = Lab.Quiet.WithSubject(Tag).Where(message => IsMisnamed(message.Client, message.Helo)).Select(message => message.Field("Message-ID")).ToHashSet();
        IsItself(load, [.. arrivals.Where(arrival => !exposed.Contains(arrival.MessageId))]);
        Assert.True(exposed.Count == 0 || course.Told == "EG-01", $"{exposed.Count} misnamed messages");
    }

    private void Count(FaultCourse course, Fault fault)
    {
        var victim = fault.Victim;
        bool IsWhileHeld(SeenMail mail) => mail.Helo == victim.Ehlo && mail.At > course.Held && mail.At < course.Repaired;
        bool IsWrong(SeenMail mail) => IsMisnamed(mail.Client, mail.Helo) || IsWhileHeld(mail);
        List<SeenMail> Since(IEnumerable<SeenMail> mails) =>
            [.. mails.Where(mail => mail.At >= course.Injected && mail.Helo != fault.Stranger && (mail.Helo == victim.Ehlo || mail.Client.Equals(victim.Public)))];
        var (echoing, silent) = (Since(Lab.Echo.Mails.Concat(Lab.Stranger.Mails)), Since(Lab.Quiet.Mails));
        course.Misnamed = echoing.Count(IsWrong);
        course.MisnamedSilent = silent.Count(IsWrong);
        course.ExposedFor = silent.Where(IsWrong).Select(mail => (double?)Math.Round((mail.At - course.Injected).TotalSeconds, 2)).Max();
        course.BeforeHeld = course.Held is null ? 0 : echoing.Concat(silent).Count(mail => mail.At <= course.Held && !IsWrong(mail));
        Assert.Equal(0, echoing.Count(mail => IsMisnamed(mail.Client, mail.Helo)));
    }

    /// <summary>Whether one of our names is said from an address that isn't its own.</summary>
    private static bool IsMisnamed(System.Net.IPAddress client, string helo) => LabBrand.All.FirstOrDefault(brand => brand.Ehlo == helo) is not { } brand || !brand.Public.Equals(client);
}
