using System.Net;
using CsCheck;
using Namesake.Core.Messages;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Sources;

public sealed class SourceChoiceTests
{
    private static readonly Gen<Source> AnySource = Gen.Select(Gen.Int[0, 9], Gen.Int[1, 1000], Gen.Bool, (name, weight, retiring) => SourceOf($"s{name}", weight) with { Retiring = retiring });

    private static readonly Gen<SourceCandidate[]> AnyCandidates =
        Gen.Select(AnySource, Gen.Bool, Gen.Bool, (source, fits, open) => new SourceCandidate(source, fits, open)).Array[0, 8].Select(all => all.DistinctBy(candidate => candidate.Source.Id).ToArray());

    private static readonly Gen<MessageId> AnyMessage = Gen.Long[1, long.MaxValue].Select(value => new MessageId(value));

    [Fact]
    public void Only_sources_that_are_open_fit_and_take_new_mail_are_chosen_and_one_is_if_there_is_one() =>
        Gen.Select(AnyMessage, AnyCandidates).Sample((message, candidates) =>
        {
            var takers = candidates.Where(candidate => candidate is { Fits: true, Open: true, Source.Retiring: false }).Select(candidate => candidate.Source.Id).ToList();
            var chosen = SourceChoice.Open(message, candidates);
            return takers.Count == 0 ? chosen is null : chosen is not null && takers.Contains(chosen.Id);
        });

    [Fact]
    public void Mail_waits_for_a_source_whenever_its_brand_has_one_and_rather_for_one_that_stays() =>
        Gen.Select(AnyMessage, AnyCandidates).Sample((message, candidates) =>
        {
            var waits = SourceChoice.ToWaitFor(message, candidates);
            return candidates.Length == 0 ? waits is null
                : waits is not null && (!candidates.Any(candidate => candidate is { Fits: true, Source.Retiring: false }) || candidates.Any(candidate => candidate.Source == waits && candidate.Fits && !waits.Retiring));
        });

    [Fact]
    public void The_order_of_the_configuration_decides_nothing() =>
        Gen.Select(AnyMessage, AnyCandidates).Sample((message, candidates) =>
            SourceChoice.Open(message, candidates) == SourceChoice.Open(message, [.. candidates.Reverse()]));

    [Fact]
    public void A_source_that_goes_moves_only_the_mail_it_had() =>
        Gen.Select(AnyMessage, AnyCandidates, Gen.Int[0, 7]).Sample((message, candidates, gone) =>
        {
            if (gone >= candidates.Length)
                return true;
            var before = SourceChoice.Open(message, candidates);
            var after = SourceChoice.Open(message, [.. candidates.Where((_, i) => i != gone)]);
            return before == candidates[gone].Source || before == after;
        });

    [Fact]
    public void More_weight_takes_mail_from_the_others_and_moves_none_between_them() =>
        Gen.Select(AnyMessage, AnyCandidates, Gen.Int[0, 7]).Sample((message, candidates, heavier) =>
        {
            if (heavier >= candidates.Length)
                return true;
            var source = candidates[heavier].Source;
            var before = SourceChoice.Open(message, candidates);
            var after = SourceChoice.Open(message, [.. candidates.Select((candidate, i) => i == heavier ? candidate with { Source = source with { Weight = source.Weight + 500 } } : candidate)]);
            return before?.Id == after?.Id || after?.Id == source.Id;
        });

    [Theory]
    [InlineData(1)] // ids of a burst: a microsecond apart
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void Shares_follow_the_weights(long step)
    {
        SourceCandidate[] candidates = [Open("a", 1), Open("b", 3), Open("c", 6)];
        const int messages = 100_000;
        var start = MessageId.At(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero)).Value;

        var shares = Enumerable.Range(0, messages).Select(i => SourceChoice.Open(new MessageId(start + (i * step)), candidates)!.Id.Value).CountBy(id => id).ToDictionary();

        // Fixed ids and a fixed function: no chance is in it. The bound is what a good hash keeps, six deviations of the largest share.
        foreach (var (id, weight) in new[] { ("a", 1), ("b", 3), ("c", 6) })
            Assert.InRange(shares[id], (messages * weight / 10) - 950, (messages * weight / 10) + 950);
    }

    [Fact]
    public void The_numbers_are_the_same_in_every_version()
    {
        // Another function would move waiting mail to other addresses at an upgrade.
        SourceCandidate[] candidates = [Open("a", 1), Open("b", 1), Open("c", 2)];
        Assert.Equal("cabcbbcbcaccbaaccacbbcaa", string.Concat(Enumerable.Range(1, 24).Select(i => SourceChoice.Open(new MessageId(1_764_000_000_000_000 + i), candidates)!.Id.Value)));
    }

    private static SourceCandidate Open(string id, int weight) => new(SourceOf(id, weight), Fits: true, Open: true);

    private static Source SourceOf(string id, int weight) => new()
    {
        Id = new SourceId(id),
        LocalAddress = IPAddress.Loopback,
        PublicAddress = IPAddress.Loopback,
        Ehlo = HostName.Parse("mail.acme.test"),
        Weight = weight,
    };
}
