using System.Text;
using Namesake.Core.Firewall.Planning;

namespace Namesake.Core.Tests.Firewall;

/// <summary>A list of a server that isn't ours, as people write it.</summary>
public sealed class MappingListTests
{
    [Fact]
    public void A_line_is_a_local_address_a_public_address_and_a_name()
    {
        var list = Read("# exchange1\n\n10.0.0.11 203.0.113.5 mail.acme.example\n10.0.0.12,203.0.113.5,Mail.Acme.Example # shares it\r\n\t2001:db8::1\t2001:db8::1 mail.acme.example\n");
        Assert.Empty(list.Faults);
        Assert.Equal(["10.0.0.11 203.0.113.5", "10.0.0.12 203.0.113.5", "2001:db8::1 2001:db8::1"], list.Identities.Select(identity => $"{identity.Local} {identity.Public}"));
        Assert.Single(list.Identities.Select(identity => identity.Ehlo).Distinct());
        Assert.All(list.Identities, identity => Assert.Null(identity.Source));
    }

    [Theory]
    [InlineData("10.0.0.1 203.0.113.5", "line 1: has 2 words where three are needed")]
    [InlineData("\n10.0.0.1 203.0.113.5 mail.acme.example more", "line 2: has 4 words where three are needed")]
    [InlineData("10.1 203.0.113.5 mail.acme.example", "line 1: 10.1 is no IP address; the local address stands first")]
    [InlineData("10.0.0.01 203.0.113.5 mail.acme.example", "line 1: 10.0.0.01 is no IP address")]
    [InlineData("10.0.0.1 mail.acme.example 203.0.113.5", "line 1: mail.acme.example is no IP address; the public address stands second")]
    [InlineData("198.100.1.1 10.0.0.1 mail.acme.example", "line 1: 10.0.0.1 is not public (private use (RFC 1918)), and 198.100.1.1 is: the local address stands first")]
    [InlineData("10.0.0.1 203.0.113.5 mail", "line 1: mail is no host name")]
    [InlineData("fe80::1%eth0 203.0.113.5 mail.acme.example", "line 1: fe80::1%eth0 is no IP address")]
    [InlineData("10.0.0.1 203.0.113.5 mail.acme.example\n# c\n10.0.0.1 203.0.113.6 mail.acme.example", "line 3: 10.0.0.1 stands here a second time, first in line 1")]
    [InlineData("# nothing\n", "there is no address in it: a line for each is `LOCAL PUBLIC NAME`")]
    public void What_is_wrong_is_told_with_its_line(string text, string fault)
    {
        var list = Read(text);
        Assert.Empty(list.Identities);
        Assert.StartsWith(fault, Assert.Single(list.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Not_more_than_twenty_faults_are_told() => Assert.Equal(20, Read(string.Concat(Enumerable.Repeat("x\n", 1000))).Faults.Length);

    [Fact]
    public void Too_much_is_not_read() => Assert.Equal("it is larger than 1024 KiB", Assert.Single(MappingList.Read(new byte[MappingList.MostOctets + 1]).Faults));

    [Fact]
    public void A_thousand_addresses_are_read() =>
        Assert.Equal(1000, Read(string.Concat(Enumerable.Range(0, 1000).Select(n => $"10.0.{n / 250}.{n % 250} 203.0.113.5 mail.acme.example\n"))).Identities.Length);

    [Fact]
    public void Every_list_has_its_advice()
    {
        Assert.Equal(Variant.OneAddress, Advice("10.0.0.1 203.0.113.5 mail.acme.example\n10.0.0.2 203.0.113.5 mail.acme.example"));
        Assert.Equal(Variant.PtrPerAddress, Advice("10.0.0.1 203.0.113.5 mail.acme.example\n10.0.0.2 203.0.113.6 mail.brave.example"));
        Assert.Equal(Variant.Impossible, Advice("10.0.0.1 203.0.113.5 mail.acme.example\n10.0.0.2 203.0.113.5 mail.brave.example"));
        Assert.Equal(Variant.PinTheSource, Advice("203.0.113.5 203.0.113.5 mail.acme.example\n203.0.113.6 203.0.113.6 mail.acme.example"));
        Assert.Equal(Variant.PtrPerAddress, Advice("2001:db8::1 2001:db8::1 mail.acme.example\n2001:db8::2 2001:db8::2 mail.brave.example"));
        Assert.Equal("variant 2: all mail leaves under one address", VariantAdvisor.For(Situation.Of(Read("10.0.0.1 203.0.113.5 mail.acme.example").Identities, true, false, null)).ToNote().About);
    }

    private static Variant Advice(string text) => VariantAdvisor.For(Situation.Of(Read(text).Identities, ownsReverse: true, isPool: false, canBind: null)).Variant;

    private static MappingList Read(string text) => MappingList.Read(Encoding.UTF8.GetBytes(text));
}
