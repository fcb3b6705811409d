using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Suppression;
using Namesake.Protocol.Addresses;

namespace Namesake.Contracts.Tests.Spool;

public abstract class SuppressionContract(SpoolHouse house) : SpoolContract(house)
{
    private static readonly BrandId Acme = new("acme");

    [Fact]
    public async Task Entries_are_there_after_a_crash_as_they_were()
    {
        var full = Entry("ann@sink.example") with
        {
            Until = Now.AddDays(30), Refusals = 3, FirstRefusal = Now.AddDays(-9), LastRefusal = Now.AddDays(-1), Reply = "550 5.1.1 keine Bürger\u00fc hier", Rule = "mailbox-unknown", Message = new MessageId(4711),
        };
        var given = Entry("\"bob o'brien\"@sink.example") with { Origin = SuppressionOrigin.Hand, Reason = "asked us – by telephone", By = "anna@relay1" };
        var counted = Entry("carl@sink.example") with { Since = null, Refusals = 1, FirstRefusal = Now, LastRefusal = Now };
        await Suppressions.SaveAsync([full, given, counted]);

        await House.CrashAsync();

        Assert.Equal([full, given, counted], (await PagesAsync(null, true, 10)).OrderBy(entry => entry.Key.Address.TrimStart('"'), StringComparer.Ordinal));
        Assert.Equal(full, await Suppressions.FindAsync(full.Key, Cancellation));
        Assert.Null(await Suppressions.FindAsync(new SuppressionKey(new BrandId("bravo"), full.Key.Address), Cancellation));
    }

    [Fact]
    public async Task Pages_leave_nothing_out_whoever_they_are_of()
    {
        var entries = Enumerable.Range(0, 1_300).Select(i => Entry($"r{i:0000}@sink.example", i % 3 == 0 ? "bravo" : "acme") with { Since = i % 5 == 0 ? null : Now }).ToImmutableArray();
        await Suppressions.SaveAsync(entries);
        var inOrder = entries.OrderBy(entry => entry.Key).ToList();

        Assert.Equal(inOrder, await PagesAsync(null, true, 400));
        Assert.Equal(inOrder.Where(entry => entry.Since is not null), await PagesAsync(null, false, 400));
        Assert.Equal(inOrder.Where(entry => entry.Key.Brand == Acme), await PagesAsync(Acme, true, 400));
        Assert.Equal(inOrder.Where(entry => entry.Key.Brand == Acme && entry.Since is not null), await PagesAsync(Acme, false, 400));

        var marks = new List<SuppressionMark>();
        while (await Suppressions.MarksAsync(marks.LastOrDefault()?.Key, 400, Cancellation) is { IsEmpty: false } page)
            marks.AddRange(page);
        Assert.Equal(inOrder.Select(entry => new SuppressionMark(entry.Key, entry.Since is not null, entry.Changed)), marks);
    }

    [Fact]
    public async Task What_changed_since_is_told_in_pages_the_earliest_first()
    {
        var entries = Enumerable.Range(0, 900).Select(i => Entry($"r{i:000}@sink.example") with { Changed = Now.AddSeconds(i / 10) }).ToImmutableArray();
        await Suppressions.SaveAsync(entries);

        var marks = new List<SuppressionMark>();
        while (await Suppressions.ChangedAsync(Now.AddSeconds(20), marks.LastOrDefault(), 200, Cancellation) is { IsEmpty: false } page)
            marks.AddRange(page);

        Assert.Equal(entries[200..].Select(entry => entry.Key), marks.Select(mark => mark.Key));
    }

    [Fact]
    public async Task Of_two_who_change_the_same_the_second_is_told()
    {
        var first = Entry("ann@sink.example");
        Assert.True(await Suppressions.TrySaveAsync(first, null));
        Assert.False(await Suppressions.TrySaveAsync(first with { Refusals = 7 }, null)); // somebody was there before
        var second = first with { Refusals = 2, Changed = Now.AddSeconds(1) };
        Assert.True(await Suppressions.TrySaveAsync(second, first.Changed));
        Assert.False(await Suppressions.TrySaveAsync(first with { Refusals = 8, Changed = Now.AddSeconds(2) }, first.Changed));
        Assert.Equal(second, await Suppressions.FindAsync(first.Key, Cancellation));

        await Suppressions.RemoveAsync([first.Key]);
        Assert.False(await Suppressions.TrySaveAsync(second with { Refusals = 9 }, second.Changed)); // lifted meanwhile: it does not come back
        Assert.Null(await Suppressions.FindAsync(first.Key, Cancellation));
    }

    [Fact]
    public async Task Saving_goes_before_what_was_there_and_the_last_of_one_key_counts()
    {
        await Suppressions.SaveAsync([Entry("ann@sink.example") with { Refusals = 5, Reply = "550 no" }]);
        var last = Entry("ann@sink.example") with { Origin = SuppressionOrigin.Import, Reason = "from the old server" };
        await Suppressions.SaveAsync([last with { Reason = "an earlier line" }, last]);

        Assert.Equal([last], await PagesAsync(null, true, 10));
    }

    [Fact]
    public async Task Removed_is_removed_and_counted()
    {
        var entries = Enumerable.Range(0, 700).Select(i => Entry($"r{i:000}@sink.example")).ToImmutableArray();
        await Suppressions.SaveAsync(entries);

        Assert.Equal(600, await Suppressions.RemoveAsync([.. entries[..600].Select(entry => entry.Key), new SuppressionKey(Acme, "nobody@sink.example")]));
        Assert.Equal(entries[600..], await PagesAsync(null, true, 1_000));
    }

    [Fact]
    public async Task What_ended_long_ago_is_forgotten_a_slice_at_a_time_and_what_has_no_end_never_is()
    {
        var old = Enumerable.Range(0, 5).Select(i => Entry($"old{i}@sink.example") with { Since = Now.AddDays(-200), Until = Now.AddDays(-100) }).ToImmutableArray();
        var counted = Entry("counted@sink.example") with { Since = null, LastRefusal = Now.AddDays(-91), Changed = Now.AddDays(-91) };
        var kept = ImmutableArray.Create(Entry("endless@sink.example") with { Since = Now.AddDays(-900) }, Entry("fresh@sink.example") with { Since = null, LastRefusal = Now }, Entry("over@sink.example") with { Until = Now.AddDays(-1) });
        await Suppressions.SaveAsync([.. old, counted, .. kept]);

        var gone = new List<SuppressionKey>();
        while (await Suppressions.ForgetAsync(Now, 4) is { IsEmpty: false } slice)
        {
            Assert.InRange(slice.Length, 1, 4);
            gone.AddRange(slice);
        }

        Assert.Equal([.. old.Select(entry => entry.Key).Append(counted.Key).Order()], gone.Order());
        Assert.Equal(kept, await PagesAsync(null, true, 10));
    }

    private static readonly DateTimeOffset Start = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private static SuppressionEntry Entry(string address, string brand = "acme") =>
        new(SuppressionKey.Of(new BrandId(brand), Mailbox.Parse(address))) { Since = Start, Origin = SuppressionOrigin.Reply, Changed = Start };

    private async Task<List<SuppressionEntry>> PagesAsync(BrandId? brand, bool counted, int limit)
    {
        var seen = new List<SuppressionEntry>();
        while (await Suppressions.PageAsync(brand, counted, seen.LastOrDefault()?.Key, limit, Cancellation) is { IsEmpty: false } page)
            seen.AddRange(page);
        return seen;
    }
}
