using System.Net;
using System.Text;
using Namesake.Core.Identity.Probes;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>IANA's file, a registry's answer, and what passes for either.</summary>
public sealed class RdapReadingTests
{
    private const string Bootstrap = """
        {"version":"1.0","services":[
          [["203.0.0.0/8","2001:db8::/32"],["http://plain.example/","https://rdap.apnic.example/"]],
          [["203.0.113.0/24"],["https://closer.example/rdap"]],
          [["198.0.0.0/8"],["http://plain.example/"]],
          [["not a range"],["https://x.example/"]], [[]], 7]}
        """;

    [Theory]
    [InlineData("203.0.113.5", "https://closer.example/rdap")]
    [InlineData("203.0.112.5", "https://rdap.apnic.example/")]
    [InlineData("2001:db8::5", "https://rdap.apnic.example/")]
    [InlineData("198.51.100.1", null)]
    [InlineData("192.0.2.1", null)]
    public void The_longest_prefix_says_which_server_and_only_over_TLS(string address, string? server) =>
        Assert.Equal(server, RdapReading.ServerFor(IPAddress.Parse(address), Octets(Bootstrap), allowHttp: false)?.ToString());

    [Fact]
    public void An_abuse_contact_is_found_however_deep_the_registry_puts_it()
    {
        var network = RdapReading.Network(Octets("""
            {"objectClassName":"ip network","startAddress":"203.0.113.0","endAddress":"203.0.113.255","name":"TEST-NET-3","entities":[
              {"roles":["registrant"],"vcardArray":["vcard",[["email",{},"text","owner@provider.example"]]],
               "entities":[{"roles":["technical","abuse"],"vcardArray":["vcard",[["fn",{},"text","Abuse"],["email",{},"text","abuse@provider.example"],["email",{},"text","ABUSE@provider.example"],["email",{},"text","not an address"]]]}]}]}
            """))!;
        Assert.Equal(("TEST-NET-3 203.0.113.0 – 203.0.113.255", "abuse@provider.example"), (network.Block, Assert.Single(network.AbuseContacts)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{\"objectClassName\":\"autnum\"}")]
    [InlineData("[1,2]")]
    [InlineData("{\"objectClassName\":\"ip network\",\"name\":\"\\ud800\"}")]
    public void What_is_no_answer_about_a_block_is_none(string answer) => Assert.Null(RdapReading.Network(Octets(answer)));

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        Assert.Null(RdapReading.Network(Octets("{\"objectClassName\":\"ip network\",\"entities\":" + new string('[', 100) + new string(']', 100) + "}")));
        var many = string.Join(',', Enumerable.Range(0, 5000).Select(i => $$"""{"roles":["abuse"],"vcardArray":["vcard",[["email",{},"text","a{{i}}@x.example"]]]}"""));
        Assert.Equal(5, RdapReading.Network(Octets($$"""{"objectClassName":"ip network","entities":[{{many}}]}"""))!.AbuseContacts.Length);
    }

    [Theory]
    [InlineData("550 5.7.1 The HELO name for IP address 192.0.2.1 was 'mail.example.org' (valid syntax)", "192.0.2.1", "mail.example.org")]
    [InlineData("the helo name for ip address 2001:db8::5 was \"pc\"", "2001:db8::5", "pc")]
    [InlineData("The HELO name for IP address ::ffff:192.0.2.1 was 'x.example'", "192.0.2.1", "x.example")]
    [InlineData("The HELO name for IP address 1.2.3.4.5 was 'x.example'", null, null)]
    [InlineData("The HELO name was 'x.example'", null, null)]
    public void An_echo_services_reply_shows_address_and_name(string text, string? address, string? helo)
    {
        var echo = HeloCheckReply.Read(text);
        Assert.Equal((address, helo), (echo?.Address.ToString(), echo?.Helo));
    }

    [Theory]
    [InlineData("seen with HELO pc-7.Lan.example.", "pc-7.lan.example")]
    [InlineData("CSS: EHLO: \"mail.acme.example\", https://www.spamhaus.org/", "mail.acme.example")]
    [InlineData("the HELO name was 'localhost.localdomain'", "localhost.localdomain")]
    [InlineData("bad HELO", null)]
    [InlineData("https://helo.example/", null)]
    [InlineData("", null)]
    public void A_reason_may_quote_the_name_it_saw(string reason, string? name) => Assert.Equal(name, HeloCheckReply.NameIn(reason));

    private static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text);
}
