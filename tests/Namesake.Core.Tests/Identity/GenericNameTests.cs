using System.Net;
using CsCheck;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Tests.Identity;

/// <summary>Names made by machines and names chosen by people are told apart, in the forms in which both occur.</summary>
public sealed class GenericNameTests
{
    private static readonly IPAddress Address = IPAddress.Parse("203.0.113.5");

    [Fact]
    public void Names_of_machines_are_generic() => Assert.Equal([], GenericNames.Generic.Where(name => WhyGeneric(name) is null).ToList());

    [Fact]
    public void Names_that_somebody_chose_are_not() => Assert.Equal([], GenericNames.Chosen.Where(name => WhyGeneric(name) is not null).Select(name => $"{name}: {WhyGeneric(name)}").ToList());

    [Fact]
    public void Hundreds_of_both_kinds_are_looked_at() => Assert.True(GenericNames.Generic.Length > 200 && GenericNames.Chosen.Length > 200);

    [Theory]
    [InlineData("2001:db8::5", "2001-db8--5.provider.example", false)] // shorter than what is unmistakable
    [InlineData("2001:db8:17:4::5", "2001-db8-17-4-5.provider.example", true)]
    [InlineData("2001:db8:17:4::5", "2001db81745.provider.example", true)]
    [InlineData("2001:db8:17:4::5", "v6-2001-db8-17-4--5.provider.example", true)]
    [InlineData("2001:db8::5", "2001-db8-0-0-0-0-0-5.provider.example", true)]
    [InlineData("2001:db8::5", "2001-0db8-0000-0000-0000-0000-0000-0005.provider.example", true)]
    [InlineData("2001:db8:17:4::5", "host-20010db8001700040000000000000005.provider.example", true)]
    [InlineData("2001:db8:17:4:a:b:c:d", "a-b.000a000b000c000d.v6.provider.example", true)]
    [InlineData("2001:db8:17:4::5", "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.0.0.0.7.1.0.0.8.b.d.0.1.0.0.2.v6.provider.example", true)]
    [InlineData("2001:db8:17:4::5", "mail6.acme.example", false)]
    public void Digits_of_an_IPv6_address_are_found(string address, string name, bool generic) => Assert.Equal(generic, GenericName.WhyGeneric(name, IPAddress.Parse(address)) is { } why && why.Contains("address", StringComparison.Ordinal));

    [Theory]
    [InlineData("MAIL.Acme.Example.", null)]
    [InlineData("DHCP-17.Provider.Example.", "\"dhcp\" is a word for lines of customers")]
    [InlineData("pool-12-3.provider.example", "\"pool\" with numbers is how providers name what they give away")]
    [InlineData("s15432.provider.example", "\"s15432\" is a serial number")]
    [InlineData("203-0-113-5.provider.example", "it contains the address 203.0.113.5")]
    [InlineData("198-51-100-9.provider.example", "it contains four numbers that look like an address")]
    public void The_reason_is_told_whatever_the_case(string name, string? why) => Assert.Equal(why, WhyGeneric(name));

    [Fact]
    public void Whatever_the_text_it_answers() => Gen.String.Sample(text => _ = GenericName.WhyGeneric(text, Address));

    private static string? WhyGeneric(string name) => GenericName.WhyGeneric(name, Address);
}
