using Namesake.Core.Firewall.Planning;

namespace Namesake.Core.Tests.Firewall;

/// <summary>The decision table, row by row.</summary>
public sealed class VariantAdvisorTests
{
    [Theory]
    //         names, addresses, reverse, translated, pool, binds, v6
    [InlineData(1, 0, true, false, false, true, false, Variant.Impossible, "no public address", null)]
    [InlineData(2, 1, true, true, false, true, false, Variant.Impossible, "2 names can't leave under one address: it has one PTR record. Let all brands say one neutral name (variant 2)", null)]
    [InlineData(5, 3, true, false, false, true, false, Variant.Impossible, "5 names need 5 public addresses, and there are 3", null)]
    [InlineData(2, 2, true, false, false, true, false, Variant.PtrPerAddress, "its PTR record can be written", null)]
    [InlineData(2, 3, true, true, false, true, false, Variant.PtrPerAddress, "its PTR record can be written", null)]
    [InlineData(2, 2, false, false, false, true, false, Variant.PtrPerAddress, "somebody else's to write, and the plan has the ticket", null)]
    [InlineData(3, 3, true, true, true, true, false, Variant.PtrPerAddress, "can be written", "Map each local address to one public address first")]
    [InlineData(3, 3, false, true, true, true, false, Variant.PtrPerAddress, "ticket", "Map each local address to one public address first")]
    [InlineData(2, 2, true, true, false, false, false, Variant.PtrPerAddress, "can be written", "Let mail of each name come from a local address of its own first")]
    [InlineData(2, 2, true, true, true, false, false, Variant.PtrPerAddress, "can be written", "map each of them to one public address")]
    [InlineData(1, 1, true, true, false, true, false, Variant.OneAddress, "all mail may leave under one address", null)]
    [InlineData(1, 1, true, true, false, false, false, Variant.OneAddress, "all mail may leave under one address", null)]
    [InlineData(1, 4, true, true, true, false, false, Variant.OneAddress, "all mail may leave under one address", null)]
    [InlineData(1, 4, true, true, true, true, false, Variant.PtrPerAddress, "its PTR record makes it right", "Map each local address")]
    [InlineData(1, 4, true, false, false, false, false, Variant.PinTheSource, "SkipAsSource on Windows", null)]
    [InlineData(1, 1, true, false, false, false, false, Variant.PinTheSource, "it is the host that picks an address", null)]
    [InlineData(1, 1, true, false, false, true, false, Variant.PtrPerAddress, "its PTR record makes it right", null)]
    [InlineData(1, 4, true, false, false, true, true, Variant.PtrPerAddress, "IPv6 addresses are bound, never translated", null)]
    [InlineData(1, 1, true, true, false, true, true, Variant.OneAddress, "IPv6 addresses are bound, never translated", null)]
    [InlineData(2, 2, true, true, false, true, true, Variant.PtrPerAddress, "IPv6 addresses are bound, never translated", null)]
    public void Each_row_has_its_variant_and_its_reason(int names, int addresses, bool reverse, bool translated, bool pool, bool binds, bool six, Variant variant, string why, string? first)
    {
        var advice = VariantAdvisor.For(new Situation(names, addresses, reverse, translated, pool, binds, six));
        Assert.Equal(variant, advice.Variant);
        Assert.Contains(why, advice.Why, StringComparison.Ordinal);
        if (first is null)
            Assert.Null(advice.First);
        else
            Assert.Contains(first, advice.First, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_situation_has_an_answer_and_two_names_never_one_address()
    {
        bool[] both = [false, true];
        foreach (var (names, addresses) in from names in Enumerable.Range(1, 4) from addresses in Enumerable.Range(0, 5) select (names, addresses))
            foreach (var (reverse, translated, pool) in from reverse in both from translated in both from pool in both select (reverse, translated, pool))
                foreach (var (binds, six) in from binds in both from six in both select (binds, six))
                {
                    var advice = VariantAdvisor.For(new Situation(names, addresses, reverse, translated, pool, binds, six));
                    Assert.NotEmpty(advice.Why);
                    Assert.Equal(names > addresses, advice.Variant == Variant.Impossible);
                    Assert.False(names > 1 && (advice.Variant is Variant.OneAddress or Variant.PinTheSource));
                }
    }
}
