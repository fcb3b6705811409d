using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;
using Namesake.Core.Tests.Golden;

namespace Namesake.Core.Tests.Firewall.Rendering;

/// <summary>The texts of all platforms, as files that a person of that trade can read, and against small grammars of our own.</summary>
public sealed class PlatformTests
{
    private const string Address = @"\d+\.\d+\.\d+\.\d+", Name = @"[\w.-]+";

    /// <summary>What each line of a text may be. Lines of comment are free.</summary>
    private static readonly Dictionary<string, string[]> Grammars = new()
    {
        ["pf-openbsd"] = [$@"match out on \w+ inet proto tcp from ({Address}|\{{ {Address}(, {Address})+ \}}) to any port 25( user \d+)? nat-to {Address}", "pfctl -a namesake -F rules"],
        ["pf-freebsd"] = ["ext_if = \"\\w+\"", $@"nat on \$ext_if inet proto tcp from ({Address}|\{{ {Address}(, {Address})+ \}}) to any port 25 -> {Address}", "pfctl -a namesake -F nat"],
        ["routeros"] =
        [
            $@"/ip firewall nat add chain=srcnat action=src-nat protocol=tcp dst-port=25 src-address={Address}( out-interface=\w+)? to-addresses={Address} comment=""made by namesake""",
            @"/ip firewall nat remove \[find where comment=""made by namesake""\]", @"[{}]", @":local others \[.*\]", @":if \(\[:len \$others\] > 0\) do=\{ /ip firewall nat move \[find .*\] destination=\[:pick \$others 0\] \}",
        ],
        ["cisco-asa"] =
        [
            $"(no )?object service {Name}", " service tcp destination eq smtp", $"(no )?object network {Name}", $" host {Address}", $"(no )?object-group network {Name}", $" network-object host {Address}",
            $@"(no )?nat \(\w+,\w+\)( 1)? source (dynamic|static) {Name} {Name} service {Name} {Name}( no-proxy-arp route-lookup)? description made by namesake",
        ],
        ["cisco-ios"] =
        [
            $"(no )?ip access-list extended {Name}", $" permit tcp host {Address} any eq smtp", $"(no )?route-map {Name}( permit 10)?", $" match ip address {Name}", @" match interface \S+",
            $"ip nat pool {Name} {Address} {Address} prefix-length 24", $"no ip nat pool {Name}", $"(no )?ip nat inside source route-map {Name} pool {Name} overload",
        ],
        ["fortigate"] =
        [
            "config firewall (address|ippool|central-snat-map)", "end", "    edit (\"[^\"]{1,79}\"|\\d+)", "    delete (\"[^\"]{1,79}\"|\\d+)", "    next", $"        set (subnet|startip|endip) {Address}( 255.255.255.255)?",
            "        set (comments?|srcintf|dstintf|dst-addr|nat-ippool) \"[^\"]+\"", "        set orig-addr( \"[^\"]+\")+", "        set (type overload|protocol 6|dst-port 25|nat (enable|disable))",
        ],
    };

    public static TheoryData<string> Words => [.. Platforms.All.Select(platform => platform.Word)];

    [Theory]
    [MemberData(nameof(Words))]
    public void Each_platform_has_its_text(string word)
    {
        var platform = Platforms.Find(word)!;
        var text = platform.Render(Tables.Usual);
        GoldenFile.Equal($"{word}.txt", $"{platform.Print(text)}\n---- undo ----\n{text.Undo}");
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Narrowed_to_a_device_and_a_user_it_says_so_or_says_that_it_cannot(string word)
    {
        var platform = Platforms.Find(word)!;
        var printed = platform.Print(platform.Render(Tables.Usual with { Device = "eth7", User = 990 }));
        Assert.True(printed.Contains("990", StringComparison.Ordinal), printed);
        if (word is not ("windows" or "aws" or "azure" or "gcp"))
            Assert.Contains("eth7", printed, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Each_line_is_one_the_platform_knows(string word)
    {
        if (!Grammars.TryGetValue(word, out var grammar))
            return; // a tool looks at it: nft, iptables-restore, sh; PowerShell has its own test here
        var platform = Platforms.Find(word)!;
        foreach (var table in (ImmutableArray<TranslationTable>)[Tables.Usual, Tables.Usual with { Device = "eth7" }, Tables.Of("10.0.0.1 203.0.113.5")])
            foreach (var line in (platform.Render(table) is var text ? text.Apply + text.Undo : "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith(platform.Comment, StringComparison.Ordinal)))
                Assert.True(grammar.Any(form => Regex.IsMatch(line, $"^{form}$")), line);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Every_mapping_is_in_the_text_and_nothing_but_port_25(string word)
    {
        var text = Platforms.Find(word)!.Render(Tables.Usual);
        Assert.All(Tables.Usual.Mappings, mapping => Assert.Contains(mapping.Local.ToString(), text.Apply, StringComparison.Ordinal));
        if (word is "windows" or "aws" or "azure" or "gcp")
            Assert.Contains(text.Notes, note => note.Contains("not for port 25 alone", StringComparison.Ordinal) || note.Contains("Windows translates no sockets", StringComparison.Ordinal));
        else
            Assert.Matches("25|smtp", text.Apply);
    }

    [Theory]
    [InlineData("cisco-asa", @"^(?:object|object-group) (?:service|network) (\S+)", @"^no (?:object|object-group) (?:service|network) (\S+)")]
    [InlineData("cisco-ios", @"^(?:ip access-list extended|route-map|ip nat pool) (\S+)", @"^no (?:ip access-list extended|route-map|ip nat pool) (\S+)")]
    [InlineData("fortigate", @"^ +edit (\S+)", @"^ +delete (\S+)")]
    public void Undo_takes_away_all_that_was_made(string word, string made, string gone)
    {
        var text = Platforms.Find(word)!.Render(Tables.Usual);
        Assert.Equal(Names(text.Apply, made), Names(text.Undo, gone));

        static IEnumerable<string> Names(string text, string pattern) => Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
    }

    [Fact]
    public void On_windows_all_but_one_address_are_taken_out_of_the_choice()
    {
        var text = Platforms.Find("windows")!.Render(Tables.Usual);
        Assert.Contains("$keep = '10.0.0.11'", text.Apply, StringComparison.Ordinal);
        Assert.Contains("-SkipAsSource ($_.IPAddress -ne $keep)", text.Apply, StringComparison.Ordinal);
        Assert.Contains("-SkipAsSource ([bool]::Parse($_.SkipAsSource))", text.Undo, StringComparison.Ordinal);
        foreach (var script in (ImmutableArray<string>)[text.Apply, text.Undo])
            foreach (var (open, close) in (ImmutableArray<(char, char)>)[('{', '}'), ('(', ')')])
                Assert.Equal(script.Count(c => c == open), script.Count(c => c == close));
    }

    [Fact]
    public void Where_our_own_table_was_before_undo_brings_it_back()
    {
        var change = new TranslationChange { By = "edge", Reason = "r", Old = Tables.Of("10.0.0.1 203.0.113.5"), New = Tables.Usual };
        Assert.Equal(NftablesText.Of(change.Old), Platforms.Find("nftables")!.Render(change).Undo);
        Assert.Equal((IptablesText.Of(change.New, true), IptablesText.Of(change.Old, true)), Platforms.Find("iptables")!.Render(change) is var both ? (both.Apply, both.Undo) : default);
        Assert.Equal(Platforms.Find("cisco-asa")!.Render(Tables.Usual).Undo, Platforms.Find("cisco-asa")!.Render(change).Undo);
    }

    [Fact]
    public void A_change_that_leaves_nothing_is_the_undo_of_what_was()
    {
        var change = new TranslationChange { By = "edge", Reason = "r", Old = Tables.Usual };
        Assert.All(Platforms.All, platform => Assert.Equal(platform.Render(Tables.Usual).Undo, platform.Render(change).Apply));
    }
}
