using System.Net;
using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity;

/// <summary>V6-03 to V6-05.</summary>
public sealed class V6NameTests
{
    private const string Right = "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.0.0.0.7.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    private static readonly Source Six = Scene.Source("acme-v6", "2001:db8:17:4::5", "mail.acme.example");
    private readonly NameLook _look = new();

    private ScriptedDns Dns => _look.Dns;

    public V6NameTests() => Dns.Identity("2001:db8:17:4::5", "mail.acme.example");

    [Fact]
    public async Task A_pointer_under_the_right_nibbles_passes_and_shows_its_prefix()
    {
        var result = NameLook.Of(await _look.FailsAsync("", Six), "V6-03");
        Assert.Equal((CheckOutcome.Pass, $"PTR under {Right}, inside 2001:db8::/32"), (result.Outcome, result.Seen));
    }

    [Theory]
    [InlineData("0.0.1.7.0.0.0.4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.8.b.d.0.1.0.0.2.ip6.arpa")] // host part forwards
    [InlineData("0.0.0.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.0.0.1.7.8.b.d.0.1.0.0.2.ip6.arpa")] // nibbles of each group forwards
    [InlineData(Right + ".8.b.d.0.1.0.0.2.ip6.arpa")] // a missing dot at the end
    public async Task A_pointer_under_misspelt_nibbles_is_V6_03_beside_PT02(string name)
    {
        Dns.Pointer("2001:db8:17:4::5");
        Dns.Set(name, RecordType.Ptr, "mail.acme.example");
        var result = NameLook.Of(await _look.FailsAsync("PT-02 V6-03", Six), "V6-03");
        Assert.Contains($"but one under {name}", result.Seen, StringComparison.Ordinal);
        Assert.Equal($"Move the record to {Right}. PTR mail.acme.example.", result.Fix);
    }

    [Fact]
    public async Task Zeros_left_out_are_found()
    {
        var source = Scene.Source("acme-v6", "2001:db8::5", "mail.acme.example");
        Dns.Set("mail.acme.example", RecordType.Aaaa, "2001:db8::5");
        Dns.Set("5.8.b.d.0.1.0.0.2.ip6.arpa", RecordType.Ptr, "mail.acme.example");
        await _look.FailsAsync("PT-02 V6-03", source);
    }

    [Fact]
    public async Task No_pointer_anywhere_is_PT02_alone()
    {
        Dns.Pointer("2001:db8:17:4::5");
        Assert.Equal(CheckOutcome.NotApplicable, NameLook.Of(await _look.FailsAsync("PT-02", Six), "V6-03").Outcome);
    }

    [Fact]
    public async Task A_silent_reverse_zone_is_unknown()
    {
        Dns.Trouble("8.b.d.0.1.0.0.2.ip6.arpa", DnsOutcome.TimedOut);
        Assert.Equal(CheckOutcome.Unknown, NameLook.Of(await _look.FailsAsync("", Six), "V6-03").Outcome);
    }

    [Fact]
    public async Task Nothing_is_said_of_IPv4() => Assert.All((await NameLook.InOrder().JudgeAsync()).Where(result => result.Check is "V6-03" or "V6-04" or "V6-05"), result => Assert.Equal(CheckOutcome.NotApplicable, result.Outcome));

    [Fact]
    public void Misspelt_names_are_inside_the_zone_and_never_the_right_one() => Gen.Byte.Array[16].Select(Gen.Int[1, 31]).Sample((bytes, nibbles) =>
    {
        var address = new IPAddress(bytes);
        if (address.IsIPv4MappedToIPv6)
            return;
        var right = ReverseName.Of(address);
        var zone = string.Join('.', right.Labels[(32 - nibbles)..]);
        var names = NibbleForms.Misspelt(address, zone);
        Assert.All(names, name => Assert.True(name != right && name.IsEqualOrUnder(DomainName.Parse(zone))));
        Assert.InRange(names.Count, 1, 5);
    });

    [Theory]
    [InlineData("8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::/32")]
    [InlineData("0.8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::/36")]
    [InlineData("ip6.arpa", null)]
    [InlineData("db8.2001.ip6.arpa", null)]
    [InlineData("113.0.203.in-addr.arpa", null)]
    [InlineData(null, null)]
    public void A_zones_name_tells_its_prefix(string? zone, string? prefix) => Assert.Equal(prefix, NibbleForms.PrefixOf(zone));

    [Fact]
    public async Task Both_families_equally_good_pass()
    {
        Dns.Identity("203.0.113.5", "mail.acme.example");
        Assert.Equal(CheckOutcome.Pass, NameLook.Of(await _look.FailsAsync("", Six, Six, NameLook.Acme), "V6-04").Outcome);
        Assert.Equal(CheckOutcome.Pass, NameLook.Of(await _look.FailsAsync("", NameLook.Acme, Six, NameLook.Acme), "V6-04").Outcome);
    }

    [Fact]
    public async Task A_family_without_a_record_or_with_another_PTR_is_V6_04_for_the_other()
    {
        Dns.Pointer("203.0.113.5", "mail.acme.example");
        Assert.Equal("203.0.113.5 is not in the records of mail.acme.example, 2001:db8:17:4::5's family is looked after", NameLook.Of(await _look.FailsAsync("V6-04", Six, Six, NameLook.Acme), "V6-04").Seen);
        Dns.Identity("203.0.113.5", "mail.acme.example");
        Dns.Pointer("203.0.113.5", "host.provider.example");
        Assert.Equal("203.0.113.5: PTR host.provider.example", NameLook.Of(await _look.FailsAsync("V6-04", Six, Six, NameLook.Acme), "V6-04").Seen);
    }

    [Fact]
    public async Task A_family_whose_reverse_zone_is_silent_is_unknown()
    {
        Dns.Identity("203.0.113.5", "mail.acme.example");
        Dns.Trouble("113.0.203.in-addr.arpa", DnsOutcome.TimedOut);
        Assert.Equal(CheckOutcome.Unknown, NameLook.Of(await _look.FailsAsync("", Six, Six, NameLook.Acme), "V6-04").Outcome);
    }

    [Fact]
    public async Task Another_brand_in_the_same_64_is_V6_05()
    {
        _look.SameNetwork = [new Neighbour(new SourceId("beta-v6"), "mail.beta.example", OtherBrand: true)];
        Assert.Equal("the /64 of 2001:db8:17:4::5 also serves mail.beta.example (beta-v6)", NameLook.Of(await _look.FailsAsync("V6-05", Six), "V6-05").Seen);
    }

    [Fact]
    public void Sources_are_found_by_their_64()
    {
        var (same, other) = (Scene.Source("b", "2001:db8:17:4::6", "mail.b.example"), Scene.Source("c", "2001:db8:17:5::5", "mail.c.example"));
        var directory = new SourceDirectory([Six, same, other, NameLook.Acme]);
        Assert.Equal(["acme-v6", "b"], directory.InNetworkOf(Six.PublicAddress).Select(source => source.Id.Value));
        Assert.Empty(directory.InNetworkOf(NameLook.Acme.PublicAddress));
    }
}
