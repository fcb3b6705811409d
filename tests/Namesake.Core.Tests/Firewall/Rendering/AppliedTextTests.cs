using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Tests.Golden;

namespace Namesake.Core.Tests.Firewall.Rendering;

/// <summary>The texts that plans apply themselves. That the tools take them is shown where the tools are, in network namespaces.</summary>
public sealed class AppliedTextTests
{
    [Fact]
    public void Nftables_replaces_its_own_table() => GoldenFile.Equal("nftables.nft", NftablesText.Of(Tables.Usual));

    [Fact]
    public void Nftables_narrows_to_a_device_and_a_user() => GoldenFile.Equal("nftables-narrow.nft", NftablesText.Of(Tables.Usual with { Device = "eth0", User = 990 }));

    [Fact]
    public void Nftables_without_mappings_has_no_table() => GoldenFile.Equal("nftables-none.nft", NftablesText.Of(null));

    [Fact]
    public void Iptables_makes_a_chain_and_the_jump_to_it() => GoldenFile.Equal("iptables.rules", IptablesText.Of(Tables.Usual, hasJump: false));

    [Fact]
    public void Iptables_sets_a_jump_that_is_there_anew_at_the_first_place() => GoldenFile.Equal("iptables-again.rules", IptablesText.Of(Tables.Usual with { Device = "eth0", User = 990 }, hasJump: true));

    [Fact]
    public void Iptables_without_mappings_has_neither_chain_nor_jump() => GoldenFile.Equal("iptables-none.rules", IptablesText.Of(null, hasJump: true));

    [Fact]
    public void A_table_of_no_mappings_is_no_table() => Assert.Equal((NftablesText.Of(null), IptablesText.Of(null, false)), (NftablesText.Of(Tables.Of()), IptablesText.Of(Tables.Of(), false)));

    [Fact]
    public void What_cannot_be_translated_is_never_written()
    {
        var six = Tables.Of("2001:db8::1 2001:db8::2");
        Assert.Single(six.Untranslatable);
        Assert.Throws<ArgumentException>(() => NftablesText.Of(six));
        Assert.Throws<ArgumentException>(() => IptablesText.Of(six, hasJump: false));
    }
}
