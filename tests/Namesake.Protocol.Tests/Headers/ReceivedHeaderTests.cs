using System.Buffers;
using System.Net;
using System.Text;
using CsCheck;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Headers;

namespace Namesake.Protocol.Tests.Headers;

public sealed class ReceivedHeaderTests
{
    private static readonly HostName Brand = HostName.Parse("mail.acme.example");
    private static readonly DateTimeOffset At = new(2026, 3, 9, 8, 5, 4, TimeSpan.FromHours(-3.5));
    private static readonly TransmissionType Esmtps = new(Extended: true, Utf8: false, Tls: true, Authenticated: false);

    [Fact]
    public void The_line_reads_as_the_standard_writes_it() =>
        Assert.Equal(
            "Received: from client.example ([192.0.2.7])\r\n\tby mail.acme.example with ESMTPS id 4F-a.1\r\n\tfor <bob@sink.example>;\r\n\tMon, 09 Mar 2026 08:05:04 -0330\r\n",
            Write("client.example", "192.0.2.7", "4F-a.1", Mailbox.Parse("bob@sink.example")));

    [Fact]
    public void Several_recipients_are_not_named() =>
        Assert.Equal("Received: from client.example ([IPv6:2001:db8::7])\r\n\tby mail.acme.example with ESMTPS id 7;\r\n\tMon, 09 Mar 2026 08:05:04 -0330\r\n",
            Write("CLIENT.example", "2001:db8::7", "7", null));

    [Theory]
    [InlineData("[192.0.2.9]", "from [192.0.2.9] ([192.0.2.7])")]
    [InlineData("[IPv6:2001:db8::1]", "from [IPv6:2001:db8::1] ([192.0.2.7])")]
    [InlineData("[192.0.2.999]", "from unknown (said ?192.0.2.999?) ([192.0.2.7])")]
    [InlineData("[2001:db8::1]", "from unknown (said ?2001:db8::1?) ([192.0.2.7])")]
    [InlineData("WIN_PC", "from win_pc ([192.0.2.7])")]
    [InlineData("192.0.2.9", "from unknown (said 192.0.2.9) ([192.0.2.7])")]
    [InlineData("a)(b\r\nX: y", "from unknown (said a??b??X:?y) ([192.0.2.7])")]
    [InlineData("", "from unknown ([192.0.2.7])")]
    [InlineData(null, "from [192.0.2.7] ([192.0.2.7])")]
    public void The_clients_name_stands_as_domain_literal_or_harmless_comment(string? name, string from) =>
        Assert.StartsWith($"Received: {from}\r\n\tby ", Write(name, "192.0.2.7", "1", null).Replace("\r\n\t(", " (", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void The_client_may_be_left_out()
    {
        Assert.StartsWith("Received: from x.example\r\n\tby", Write("x.example", null, "1", null), StringComparison.Ordinal);
        Assert.StartsWith("Received:\r\n\tby", Write(null, null, "1", null), StringComparison.Ordinal);
        Assert.Contains("with ESMTPS;\r\n", Write(null, null, "\r\n", null), StringComparison.Ordinal);
    }

    [Fact]
    public void Mapped_addresses_and_zones_are_written_as_what_they_are()
    {
        Assert.Contains("([10.0.0.1])", Write("x.example", "::ffff:10.0.0.1", "1", null), StringComparison.Ordinal);
        Assert.Contains("([IPv6:fe80::1])", Write("x.example", "fe80::1%3", "1", null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, false, false, "SMTP")]
    [InlineData(true, false, false, false, "ESMTP")]
    [InlineData(true, false, true, false, "ESMTPS")]
    [InlineData(true, false, false, true, "ESMTPA")]
    [InlineData(true, false, true, true, "ESMTPSA")]
    [InlineData(true, true, false, false, "UTF8SMTP")]
    [InlineData(true, true, true, true, "UTF8SMTPSA")]
    public void The_way_in_has_its_registered_name(bool extended, bool utf8, bool tls, bool authenticated, string name) =>
        Assert.Equal(name, new TransmissionType(extended, utf8, tls, authenticated).ToString());

    [Fact]
    public void The_API_is_a_way_in_too() => Assert.Equal("HTTP", TransmissionType.Http.ToString());

    [Fact]
    public void Whatever_a_client_says_it_is_one_field_and_folded()
    {
        Gen.Select(Gen.OneOf(Gen.String, Gen.String[Gen.Char["a.-[]():;\r\n\"\\ é"], 0, 300]), Gen.String, Gen.Bool).Sample((name, id, single) =>
        {
            var recipient = single ? Mailbox.Parse("\"a b\"@sink.example") : null;
            var line = Write(name, "192.0.2.7", id, recipient);
            Assert.EndsWith("\r\n", line, StringComparison.Ordinal);
            var lines = line[..^2].Split("\r\n");
            Assert.DoesNotContain(lines, l => l.Any(c => c is < ' ' and not '\t' or > '~'));
            Assert.All(lines.Skip(1), l => Assert.StartsWith("\t", l, StringComparison.Ordinal));
            Assert.All(lines, l => Assert.True(l.Length <= 78 || l.Count(c => c == ' ') <= 1));
            Assert.Single(line.Split(';')[1..]);
            var facts = HeaderScan.Read(Encoding.Latin1.GetBytes(line + "\r\n"));
            Assert.Equal((1, false), (facts.ReceivedCount, facts.IsMalformed));
        }, iter: 2000);
    }

    private static string Write(string? name, string? address, string id, Mailbox? recipient) =>
        Octets.Written((IBufferWriter<byte> o) => ReceivedHeader.Write(o, name, address is null ? null : IPAddress.Parse(address), Brand, Esmtps, id, At, recipient));
}
