using System.Collections.Immutable;
using Namesake.Core.Identity.History;
using Namesake.Core.Sources;

namespace Namesake.Contracts.Tests.Spool;

public abstract class HistoryContract(SpoolHouse house) : SpoolContract(house)
{
    private const int Plenty = 1_000;
    private static readonly SourceId Acme = new("acme-v4"), Beta = new("beta-v4");

    [Fact]
    public async Task What_was_recorded_is_there_after_a_crash_with_everything_it_said()
    {
        var (first, second) = (Seen(ObservationKind.Pointers, "mail.acme.example"), Seen(ObservationKind.Pointers, "böse \u001b\ufffd, mail.acme.example", before: "mail.acme.example", minutes: 5));
        await History.RecordAsync([first, second], Plenty);

        await House.CrashAsync();

        Assert.Equal([second, first], (await ChangesAsync(Acme)).Select(change => change with { Number = 0 }));
        Assert.Equal([second], await History.PresentAsync(Cancellation));
    }

    [Fact]
    public async Task Nothing_seen_is_no_history()
    {
        Assert.Empty(await History.PresentAsync(Cancellation));
        Assert.Empty(await ChangesAsync(Acme));
        Assert.Empty(await History.NamesAsync("203.0.113.5", "mail.acme.example", DateTimeOffset.UnixEpoch, 10, Cancellation));
        Assert.Equal(0, await History.ForgetChangesAsync(Now, 10));
        await History.ForgetHistoryAsync(Acme);
        await History.RecordAsync([], Plenty);
    }

    [Fact]
    public async Task The_newest_of_each_source_and_kind_stands_now()
    {
        await History.RecordAsync(
            [
                Seen(ObservationKind.Verdict, "unknown"), Seen(ObservationKind.Pointers, "a.example"), Seen(ObservationKind.Verdict, "aligned", before: "unknown"),
                Seen(ObservationKind.Verdict, "misaligned", Beta),
            ],
            Plenty);
        await History.RecordAsync([Seen(ObservationKind.Pointers, "", before: "a.example"), Seen(ObservationKind.Verdict, "aligned", Beta, before: "misaligned")], Plenty);

        Assert.Equal([("acme-v4", "aligned"), ("acme-v4", ""), ("beta-v4", "aligned")], (await History.PresentAsync(Cancellation)).OrderBy(seen => seen.Source.Value).ThenBy(seen => seen.Kind).Select(seen => (seen.Source.Value, seen.Value)));
    }

    [Fact]
    public async Task Changes_come_the_newest_first_in_pages_and_by_kind()
    {
        await History.RecordAsync([.. Enumerable.Range(0, 25).Select(i => Seen(i % 5 == 0 ? ObservationKind.Policy : ObservationKind.Verdict, $"{i}", minutes: 25 - i))], Plenty); // in the order of recording, not of clocks
        await History.RecordAsync([Seen(ObservationKind.Verdict, "other", Beta)], Plenty);

        var seen = new List<Observation>();
        while (await History.ChangesAsync(Acme, null, seen.LastOrDefault()?.Number, 10, Cancellation) is { IsEmpty: false } page)
            seen.AddRange(page);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"{i}"), seen.Select(change => change.Value));
        Assert.Equal(["20", "15", "10", "5", "0"], (await History.ChangesAsync(Acme, ObservationKind.Policy, null, 100, Cancellation)).Select(change => change.Value));
        Assert.Equal(["10", "5"], (await History.ChangesAsync(Acme, ObservationKind.Policy, seen.Single(change => change.Value == "15").Number, 2, Cancellation)).Select(change => change.Value));
    }

    [Fact]
    public async Task Of_one_kind_so_many_are_kept_and_the_others_are_left_alone()
    {
        await History.RecordAsync([Seen(ObservationKind.Pointers, "mail.acme.example"), Seen(ObservationKind.Verdict, "aligned", Beta)], 3);
        for (var i = 0; i < 8; i++)
            await History.RecordAsync([Seen(ObservationKind.Verdict, $"{i}a"), Seen(ObservationKind.Verdict, $"{i}b")], 3);

        Assert.Equal(["7b", "7a", "6b", "mail.acme.example"], (await ChangesAsync(Acme)).Select(change => change.Value));
        Assert.Single(await ChangesAsync(Beta));
    }

    [Fact]
    public async Task Old_changes_are_forgotten_a_slice_at_a_time_and_what_stands_now_is_not()
    {
        await History.RecordAsync([.. Enumerable.Range(0, 5).Select(i => Seen(ObservationKind.Verdict, $"{i}", minutes: i))], Plenty);

        Assert.Equal(2, await History.ForgetChangesAsync(Now.AddMinutes(10), 2));
        Assert.Equal(3, await History.ForgetChangesAsync(Now.AddMinutes(10), 100));
        Assert.Equal(0, await History.ForgetChangesAsync(Now.AddMinutes(10), 100));

        Assert.Empty(await ChangesAsync(Acme));
        Assert.Equal("4", Assert.Single(await History.PresentAsync(Cancellation)).Value);
        await History.RecordAsync([Seen(ObservationKind.Verdict, "young", minutes: 20)], Plenty);
        Assert.Equal(0, await History.ForgetChangesAsync(Now.AddMinutes(20), 100));
    }

    [Fact]
    public async Task A_source_that_is_gone_is_forgotten_whole()
    {
        await History.RecordAsync([Seen(ObservationKind.Verdict, "aligned"), Seen(ObservationKind.Verdict, "aligned", Beta)], Plenty);

        await History.ForgetHistoryAsync(Acme);

        Assert.Empty(await ChangesAsync(Acme));
        Assert.Equal([Beta], (await History.PresentAsync(Cancellation)).Select(seen => seen.Source));
        Assert.Single(await ChangesAsync(Beta));
    }

    [Fact]
    public async Task Names_are_found_by_the_address_that_bore_them_and_by_the_name_that_ended()
    {
        await History.RecordAsync(
            [
                Seen(ObservationKind.Ehlo, "mail.acme.example", subject: "203.0.113.5"), Seen(ObservationKind.Ehlo, "mail.other.example", Beta, subject: "203.0.113.6"),
                Seen(ObservationKind.Ehlo, "", before: "mail.acme.example", subject: "198.51.100.9"), Seen(ObservationKind.Ehlo, "new.example", Beta, before: "old.example", subject: "203.0.113.5", minutes: 9),
                Seen(ObservationKind.Pointers, "mail.acme.example", before: "mail.acme.example", subject: "203.0.113.5"),
            ],
            Plenty);

        Assert.Equal(["203.0.113.5", "198.51.100.9", "203.0.113.5"], (await History.NamesAsync("203.0.113.5", "mail.acme.example", Now, 10, Cancellation)).Select(seen => seen.Subject));
        Assert.Equal(["new.example"], (await History.NamesAsync("203.0.113.5", "mail.acme.example", Now.AddMinutes(9), 10, Cancellation)).Select(seen => seen.Value));
        Assert.Equal(["", "new.example"], (await History.NamesAsync("203.0.113.5", "mail.acme.example", Now, 2, Cancellation)).Select(seen => seen.Value)); // the newest of too many
    }

    [Fact]
    public async Task A_thousand_at_once_are_recorded_in_their_order()
    {
        await History.RecordAsync([.. Enumerable.Range(0, 1_000).Select(i => Seen(ObservationKind.Verdict, $"{i}", new SourceId($"s{i % 7}")))], Plenty);

        Assert.Equal(Enumerable.Range(0, 1_000).Where(i => i % 7 == 3).Reverse().Select(i => $"{i}"), (await ChangesAsync(new SourceId("s3"))).Select(change => change.Value));
        Assert.Equal(7, (await History.PresentAsync(Cancellation)).Length);
    }

    private IHistoryStore History => House.History;

    private Task<ImmutableArray<Observation>> ChangesAsync(SourceId source) => History.ChangesAsync(source, null, null, 10_000, Cancellation);

    private Observation Seen(ObservationKind kind, string value, SourceId? source = null, string? before = null, string subject = "203.0.113.5", int minutes = 0) =>
        new(source ?? Acme, kind, subject, value, before, Now.AddMinutes(minutes), "ns1.example 192.0.2.53", "relay1");
}
