using System.Net;
using Namesake.Core.Firewall;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Firewall;

namespace Namesake.Network.Tests.Firewall;

/// <summary>What iptables-save prints, read as far as it is about translation.</summary>
public sealed class IptablesReaderTests
{
    private static readonly IPAddress Local = IPAddress.Parse("10.0.0.5");

    [Theory]
    [InlineData("-s 10.0.0.5/32", true)]
    [InlineData("-s 10.0.0.0/24", true)]
    [InlineData("! -s 10.0.0.0/24", false)]
    [InlineData("-s 10.0.1.0/24", false)]
    [InlineData("-s 10.0.0.0/255.0.255.0", null)]
    [InlineData("-m iprange --src-range 10.0.0.4-10.0.0.6", true)]
    [InlineData("! -d 10.0.0.0/8", true)]
    [InlineData("-d 10.0.0.0/8", false)]
    [InlineData("-o eth0", true)]
    [InlineData("-o eth+", true)]
    [InlineData("! -o docker0", true)]
    [InlineData("-o eth1", false)]
    [InlineData("-p tcp -m tcp --dport 25", true)]
    [InlineData("-p udp -m udp --dport 25", false)]
    [InlineData("-p tcp -m tcp ! --dport 25", false)]
    [InlineData("-p tcp -m tcp --dport 20:30", true)]
    [InlineData("-p tcp -m multiport --dports 25,465,587", true)]
    [InlineData("-p tcp -m multiport --dports 465,587", false)]
    [InlineData("-m comment --comment \"-d 10.0.0.0/8 \\\" quoted\"", true)]
    [InlineData("-m mark --mark 0x1", null)]
    [InlineData("-m owner --uid-owner 1000", null)]
    [InlineData("-m set --match-set mailers src", null)]
    [InlineData("-m addrtype ! --dst-type LOCAL", null)]
    [InlineData("-p tcp -m tcp --tcp-flags SYN,RST SYN", null)]
    [InlineData("--something-new", null)]
    public void Conditions_are_met_or_not_or_perhaps(string condition, bool? met)
    {
        var outcome = NatWalk.Of(Read($"-A POSTROUTING {condition} -j MASQUERADE").Rules, Local, "eth0");
        Assert.Equal(met, outcome.Translated is not null ? true : outcome.Perhaps.IsEmpty ? false : null);
    }

    [Theory]
    [InlineData("-j SNAT --to-source 203.0.113.5", "203.0.113.5")]
    [InlineData("-j SNAT --to-source 203.0.113.5-203.0.113.7 --persistent", "203.0.113.5-203.0.113.7")]
    [InlineData("-j SNAT --to-source 203.0.113.5:1024-2048", "203.0.113.5")]
    public void The_address_it_leaves_under_is_read(string action, string to)
    {
        var translated = NatWalk.Of(Read($"-A POSTROUTING -p tcp {action}").Rules, Local, null).Translated!;
        Assert.Equal((to, "ip nat POSTROUTING, rule 1"), (Assert.IsType<NatAction.Snat>(translated.Action).To.ToString(), translated.Place));
    }

    [Fact]
    public void Jumps_returns_and_targets_of_others_are_followed()
    {
        var rules = Read(":DOCKER - [0:0]", ":MAIL - [0:0]", "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER", "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80",
            "-A POSTROUTING -j MAIL", "-A POSTROUTING -s 10.0.0.0/24 -j SNAT --to-source 203.0.113.9", "-A MAIL -p tcp -m tcp --dport 587 -j RETURN", "[3:180] -A MAIL -s 10.0.0.5/32 -j SNAT --to-source 203.0.113.5").Rules;
        Assert.Equal("ip nat MAIL, rule 2", NatWalk.Of(rules, Local, null).Translated!.Place);
        Assert.Equal("ip nat POSTROUTING, rule 2", NatWalk.Of(rules, IPAddress.Parse("10.0.0.6"), null).Translated!.Place);
        Assert.Null(NatWalk.Of(rules, Local, null).Diverted);
        Assert.IsType<NatAction.Unclear>(NatWalk.Of(Read("-A POSTROUTING -j NETMAP --to 203.0.113.0/24").Rules, Local, null).Perhaps[0].Action);
    }

    [Fact]
    public void Other_tables_are_passed_over()
    {
        var reading = IptablesReader.Read("*filter\n:INPUT DROP [0:0]\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n*nat\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n");
        Assert.Empty(Assert.Single(reading.Rules.Postrouting).Rules);
        Assert.False(reading.Own.IsThere);
    }

    [Fact]
    public void Our_own_chain_is_read_back_with_device_and_user()
    {
        var own = Read(":NAMESAKE-MAIL - [0:0]", "-A POSTROUTING -p tcp -m tcp --dport 25 -m comment --comment \"made by namesake\" -j NAMESAKE-MAIL", "-A POSTROUTING -j MASQUERADE",
            "-A NAMESAKE-MAIL -s 10.0.0.6/32 -o eth0 -p tcp -m tcp --dport 25 -m owner --uid-owner 1000 -j SNAT --to-source 203.0.113.5",
            "-A NAMESAKE-MAIL -s 10.0.0.5/32 -o eth0 -p tcp -m tcp --dport 25 -m owner --uid-owner 1000 -j SNAT --to-source 203.0.113.6").Own;
        Assert.Equal((new TranslationTable([new(Local, IPAddress.Parse("203.0.113.6")), new(IPAddress.Parse("10.0.0.6"), IPAddress.Parse("203.0.113.5"))]) { Device = "eth0", User = 1000 }, null), own.Read());
        Assert.True(own.IsFirst);
    }

    [Theory]
    [InlineData("-A NAMESAKE-MAIL -s 10.0.0.5/32 -p tcp -m tcp --dport 25 -j SNAT --to-source 203.0.113.6-203.0.113.7")]
    [InlineData("-A NAMESAKE-MAIL -s 10.0.0.0/24 -p tcp -m tcp --dport 25 -j SNAT --to-source 203.0.113.6")]
    [InlineData("-A NAMESAKE-MAIL -s 10.0.0.5/32 -p tcp -m tcp --dport 587 -j SNAT --to-source 203.0.113.6")]
    [InlineData("-A NAMESAKE-MAIL -s 10.0.0.5/32 -p tcp -m tcp --dport 25 -m mark --mark 0x1 -j SNAT --to-source 203.0.113.6")]
    [InlineData("-A POSTROUTING -p tcp -m tcp --dport 25 -j NAMESAKE-MAIL")]
    public void What_we_would_not_have_written_makes_our_chain_not_understood(string line)
    {
        var (ours, trouble) = Read(":NAMESAKE-MAIL - [0:0]", "-A POSTROUTING -p tcp -m tcp --dport 25 -j NAMESAKE-MAIL", line).Own.Read();
        Assert.Null(ours);
        Assert.NotNull(trouble);
    }

    private static IptablesReading Read(params string[] lines) =>
        IptablesReader.Read($"# Generated by iptables-save v1.8.9 (nf_tables)\n*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n{string.Join('\n', lines)}\nCOMMIT\n");
}
