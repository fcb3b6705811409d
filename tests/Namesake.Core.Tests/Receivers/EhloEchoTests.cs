using System.Net;
using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Receivers;

public sealed class EhloEchoTests
{
    [Theory]
    [InlineData("mx.google.com at your service, [203.0.113.5]", "203.0.113.5", null, false)] // Gmail
    [InlineData("mx.google.com at your service, [2001:db8::5]", "2001:db8::5", null, false)] // Gmail: raw IPv6, no tag
    [InlineData("AM6EUR05FT012.mail.protection.outlook.com Hello [203.0.113.5]", "203.0.113.5", null, false)] // Exchange Online
    [InlineData("EX01.acme.example Hello [2001:db8::5]", "2001:db8::5", null, false)]
    [InlineData("mx.example.org Hello mail.acme.example [203.0.113.5]", "203.0.113.5", "mail.acme.example", false)] // Exim
    [InlineData("mx.example.org Hello CALLER at mail.acme.example [203.0.113.5]", "203.0.113.5", "mail.acme.example", false)] // Exim with ident
    [InlineData("mx.example.org Hello mail.acme.example [203.0.113.5], pleased to meet you", "203.0.113.5", "mail.acme.example", false)] // Sendmail, OpenSMTPD
    [InlineData("mx.example.org Hello root@mail.acme.example [203.0.113.5], pleased to meet you", "203.0.113.5", "mail.acme.example", false)] // Sendmail with ident
    [InlineData("mx.example.org Hello [203.0.113.5], pleased to meet you", "203.0.113.5", null, false)] // Sendmail without PTR
    [InlineData("mx.example.org Hello mail.acme.example [203.0.113.5] (may be forged), pleased to meet you", "203.0.113.5", "mail.acme.example", true)]
    [InlineData("mx0a-001.pphosted.com Hello host-5.provider.example [203.0.113.5] (may be forged), pleased to meet you", "203.0.113.5", "host-5.provider.example", true)] // Proofpoint
    [InlineData("mx.example.org Hello mail.acme.example [IPv6:2001:db8::5], pleased to meet you", "2001:db8::5", "mail.acme.example", false)]
    [InlineData("mx.example.org Hello mail.acme.example [ipv6:2001:DB8::5]", "2001:db8::5", "mail.acme.example", false)]
    [InlineData("mx.example.org Hello mail.acme.example [::ffff:203.0.113.5]", "203.0.113.5", "mail.acme.example", false)] // IPv4-mapped
    [InlineData("gmx.net Hello mail.acme.example [203.0.113.5]", "203.0.113.5", "mail.acme.example", false)] // GMX
    [InlineData("haraka.example Hello mail.acme.example [203.0.113.5], Haraka is at your service.", "203.0.113.5", "mail.acme.example", false)]
    [InlineData("haraka.example Hello NXDOMAIN [203.0.113.5], Haraka is at your service.", "203.0.113.5", null, false)]
    [InlineData("haraka.example Hello [203.0.113.5], Haraka is at your service.", "203.0.113.5", null, false)]
    [InlineData("zone.example Nice to meet you, mail.acme.example", null, "mail.acme.example", false)] // Nodemailer with PTR
    [InlineData("zone.example Nice to meet you, [203.0.113.5]", "203.0.113.5", null, false)] // Nodemailer without
    [InlineData("poczta.onet.pl expected \"EHLO mail.acme.example\"", null, "mail.acme.example", false)]
    [InlineData("250-mx.example.org Hello mail.acme.example [203.0.113.5]", "203.0.113.5", "mail.acme.example", false)] // with the code
    [InlineData("250-Hello mail.acme.example [203.0.113.5]", "203.0.113.5", "mail.acme.example", false)]
    [InlineData("mx.example.org hello [203.0.113.5]", "203.0.113.5", null, false)]
    [InlineData("mx.example.org Hello [192.0.2.1] [203.0.113.5]", "203.0.113.5", null, false)] // our EHLO repeated as a literal
    [InlineData("hello.example.org Hello mail.acme.example ([203.0.113.5]), pleased to meet you", "203.0.113.5", "mail.acme.example", false)] // in parentheses
    public void The_address_is_read_from_every_known_form(string line, string? address, string? name, bool forged)
    {
        var echo = EhloEcho.Parse(line);
        Assert.Equal((address, name, forged), (echo.Address?.ToString(), echo.Name, echo.MayBeForged));
    }

    [Theory]
    [InlineData("mx.example.org")] // Postfix, mox
    [InlineData("")]
    [InlineData("250 ")]
    [InlineData("mx.example.org you had me at EHLO")] // Stalwart
    [InlineData("mx.example.org Aloha mail.acme.example")] // KumoMTA
    [InlineData("mx.google.com at your service")] // Gmail to plain HELO
    [InlineData("[192.0.2.9]")] // the server's own address
    [InlineData("[192.0.2.9] at your service")]
    [InlineData("mx.example.org [192.0.2.9]")]
    [InlineData("mx.example.org [192.0.2.9] Hello mail.acme.example")]
    [InlineData("mx.example.org Hello from [192.0.2.9]")]
    [InlineData("mx.example.org Hello mail.acme.example, this is [192.0.2.9]")]
    [InlineData("mx.example.org Hello and welcome to our host [192.0.2.9]")]
    [InlineData("zone.example Nice to meet you, [mail.acme.example]")] // a bracketed name is no address
    [InlineData("mx.example.org Hello [1]")] // what the runtime would read as 0.0.0.1
    [InlineData("mx.example.org Hello [0x7f.1]")]
    [InlineData("mx.example.org Hello [203.0.113]")]
    [InlineData("mx.example.org Hello [203.0.113.005]")]
    [InlineData("mx.example.org Hello [203.0.113.5")]
    [InlineData("mx.example.org Hello 203.0.113.5")]
    [InlineData("mx.example.org Hello [fe80::1%eth0]")]
    [InlineData("mx.example.org Othello [203.0.113.5]")]
    [InlineData("helloworld.example.org [203.0.113.5]")]
    public void No_address_is_guessed(string line) => Assert.Null(EhloEcho.Parse(line).Address);

    [Theory]
    [InlineData("mx.example.org [192.0.2.9] Hello mail.acme.example [203.0.113.5], pleased to meet you")]
    [InlineData("[192.0.2.9] Hello mail.acme.example [203.0.113.5]")]
    [InlineData("mx.example.org Hello mail.acme.example [203.0.113.5], this is mx [192.0.2.9]")]
    [InlineData("mx.example.org [192.0.2.9] at your service, [203.0.113.5]")]
    public void The_servers_own_address_is_not_taken_for_ours(string line) => Assert.Equal("203.0.113.5", EhloEcho.Parse(line).Address?.ToString());

    [Theory]
    [InlineData("192.168.176.1")] // docker-mailserver behind its bridge
    [InlineData("10.0.0.1")]
    [InlineData("100.64.1.1")]
    [InlineData("127.0.0.1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:172.16.0.1")]
    [InlineData("203.0.113.5")]
    public void An_address_that_no_receiver_on_the_internet_can_see_is_silence(string address)
    {
        var echo = EhloEcho.Parse($"mx.example.org Hello mail.acme.example [{address}]");
        Assert.NotNull(echo.Address);
        Assert.Null(echo.PublicAddress([]));
    }

    [Fact]
    public void A_range_treated_as_public_counts() =>
        Assert.Equal(IPAddress.Parse("127.0.5.1"), EhloEcho.Parse("mx.demo Hello mail.acme.example [127.0.5.1]").PublicAddress([IPRange.Parse("127.0.0.0/8")]));

    [Fact]
    public void A_public_address_counts_without_further_leave() =>
        Assert.Equal(IPAddress.Parse("9.9.9.9"), EhloEcho.Parse("mx.example.org Hello mail.acme.example [9.9.9.9]").PublicAddress([]));

    [Fact]
    public void Mutated_lines_never_throw_and_never_yield_what_is_not_written_there()
    {
        string[] seeds =
        [
            "mx.google.com at your service, [203.0.113.5]", "mx.example.org Hello CALLER at mail.acme.example [2001:db8::5] (may be forged), pleased to meet you",
            "zone.example Nice to meet you, [203.0.113.5]", "poczta.onet.pl expected \"EHLO mail.acme.example\"", "EX01 Hello [IPv6:::ffff:203.0.113.5]",
        ];
        string[] pieces = ["[", "]", "Hello", " ", ",", "at", "(may be forged)", "[]", "[IPv6:]", "::", "\0", "é", "\t", "\"", "at your service", "nice to meet you", "999.1.1.1", new string('a', 3000), "%", "Hello "];
        var random = new Random(2007);
        for (var round = 0; round < 200_000; round++)
        {
            var line = seeds[random.Next(seeds.Length)];
            for (var cuts = random.Next(1, 4); cuts > 0; cuts--)
            {
                var at = random.Next(line.Length + 1);
                line = random.Next(3) switch
                {
                    0 => line[..at] + pieces[random.Next(pieces.Length)] + line[at..],
                    1 => line.Remove(at, Math.Min(line.Length - at, random.Next(4))),
                    _ => line[..at] + (char)random.Next(1, 0x250) + line[Math.Min(at + 1, line.Length)..],
                };
            }
            var echo = EhloEcho.Parse(line);
            if (echo.Address is { } address)
                Assert.Contains(address, line.Split('[').Skip(1).Select(part => IPAddress.TryParse(part.Split(']')[0].Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase), out var written)
                    ? written.IsIPv4MappedToIPv6 ? written.MapToIPv4() : written : null));
            if (echo.Name is { } name)
                Assert.Contains(name, line, StringComparison.OrdinalIgnoreCase);
        }
    }
}
