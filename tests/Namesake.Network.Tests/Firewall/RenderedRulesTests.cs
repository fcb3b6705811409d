using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Firewall;

namespace Namesake.Network.Tests.Firewall;

/// <summary>What is rendered is taken by the tools themselves, and means what it says.</summary>
public sealed class RenderedRulesTests
{
    private static readonly ImmutableArray<Mapping> Mappings = [.. Enumerable.Range(1, 5).Select(n => new Mapping(IPAddress.Parse($"10.0.0.{n}"), IPAddress.Parse($"203.0.113.{(n + 1) / 2}")))];

    public static TheoryData<string?, int?> Scopes => new() { { null, null }, { "eth0", null }, { null, 990 }, { "eth0.7@x-1_", 0 } };

    [Theory]
    [MemberData(nameof(Scopes))]
    public Task Nft_takes_the_table_without_effect_and_with(string? device, int? user) => InNamespaceAsync("nft", () =>
    {
        var table = new TranslationTable(Mappings) { Device = device, User = user };
        Output("nft", NftablesText.Of(table), "-c", "-f", "-");
        Assert.Empty(Output("nft", "", "list", "ruleset"));
        Output("nft", NftablesText.Of(table), "-f", "-");
        Assert.All(Mappings, mapping => Assert.Equal($"snat to {mapping.Public}", Walk(mapping.Local, device, user)));
    });

    [Fact]
    public Task Nft_replaces_the_table_as_a_whole_and_leaves_all_else() => InNamespaceAsync("nft", () =>
    {
        Output("nft", "table ip nat { chain post { type nat hook postrouting priority srcnat; masquerade; }; }\ntable inet filter { chain in { type filter hook input priority 0; }; }\n", "-f", "-");
        var before = Output("nft", "", "list", "ruleset");
        Output("nft", NftablesText.Of(new TranslationTable(Mappings)), "-f", "-");
        var first = Output("nft", "", "list", "table", "ip", "namesake");
        Output("nft", NftablesText.Of(new TranslationTable(Mappings[..1])), "-f", "-");
        Assert.Equal(("snat to 203.0.113.1", "masquerade"), (Walk(Mappings[0].Local, "eth0", null), Walk(Mappings[4].Local, "eth0", null)));
        Output("nft", NftablesText.Of(new TranslationTable(Mappings)), "-f", "-");
        Assert.Equal(first, Output("nft", "", "list", "table", "ip", "namesake"));
        Output("nft", NftablesText.Of(null), "-f", "-");
        Assert.Equal(before, Output("nft", "", "list", "ruleset"));
    });

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("iptables-legacy")]
    public Task Iptables_takes_the_chain_whatever_was_there(string iptables) => InNamespaceAsync(iptables, () =>
    {
        Output(iptables, "", "-t", "nat", "-A", "POSTROUTING", "-j", "MASQUERADE");
        var before = Saved(iptables);
        Restore(iptables, IptablesText.Of(new TranslationTable(Mappings), hasJump: false));
        var first = Saved(iptables);
        Assert.Contains($"-A POSTROUTING {IptablesText.Jump}\n-A POSTROUTING -j MASQUERADE\n", first, StringComparison.Ordinal);
        // Somebody has put a rule before the jump.
        Output(iptables, "", "-t", "nat", "-I", "POSTROUTING", "1", "-s", "10.9.0.0/16", "-j", "MASQUERADE");
        Restore(iptables, IptablesText.Of(new TranslationTable(Mappings[..2]) { Device = "eth0", User = 990 }, hasJump: true));
        Assert.Equal(2, Saved(iptables).Split("-j SNAT").Length - 1);
        Assert.Contains($"-A POSTROUTING {IptablesText.Jump}\n-A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE\n", Saved(iptables), StringComparison.Ordinal);
        Output(iptables, "", "-t", "nat", "-D", "POSTROUTING", "-s", "10.9.0.0/16", "-j", "MASQUERADE");
        Restore(iptables, IptablesText.Of(new TranslationTable(Mappings), hasJump: true));
        Assert.Equal(first, Saved(iptables));
        Restore(iptables, IptablesText.Of(null, hasJump: true));
        Assert.Equal(before, Saved(iptables));
        Restore(iptables, IptablesText.Of(null, hasJump: false));
        Assert.Equal(before, Saved(iptables));
    });

    [Fact]
    public Task A_jump_that_somebody_has_taken_away_meanwhile_stops_the_whole_text() => InNamespaceAsync("iptables-nft", () =>
    {
        Restore("iptables-nft", IptablesText.Of(new TranslationTable(Mappings), hasJump: false));
        Output("iptables-nft", "", "-t", "nat", "-F", "POSTROUTING");
        var before = Saved("iptables-nft");
        Assert.ThrowsAny<Exception>(() => Restore("iptables-nft", IptablesText.Of(null, hasJump: true)));
        Assert.Equal(before, Saved("iptables-nft"));
    });

    [Theory]
    [InlineData("opnsense")]
    [InlineData("aws")]
    [InlineData("azure")]
    [InlineData("gcp")]
    public void A_shell_reads_the_scripts(string word)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "there is no shell here");
        foreach (var table in (ImmutableArray<TranslationTable>)[new(Mappings), new(Mappings[..1])])
        {
            var platform = Platforms.Find(word)!;
            var text = platform.Render(table);
            Output("sh", platform.Print(text), "-n");
            Output("sh", text.Undo, "-n");
        }
    }

    private static void Restore(string iptables, string text)
    {
        Output($"{iptables}-restore", text, "--noflush", "--test");
        Output($"{iptables}-restore", text, "--noflush");
    }

    /// <summary>Without the comments, which have the time in them.</summary>
    private static string Saved(string iptables) =>
        string.Join('\n', Output($"{iptables}-save", "", "-t", "nat").Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.StartsWith(':') ? line[..line.IndexOf('[', StringComparison.Ordinal)] : line));

    /// <summary>What a mail session's first packet meets. With a user in the rule nobody can tell from outside: then what it perhaps meets.</summary>
    private static string? Walk(IPAddress local, string? device, int? user)
    {
        var way = NatWalk.Of(RulesetReader.Read(Encoding.UTF8.GetBytes(Output("nft", "", "-j", "list", "ruleset")))!, local, device);
        return (user is null ? way.Translated : Assert.Single(way.Perhaps))?.Action switch
        {
            NatAction.Snat { To: var to } when to.First.Equals(to.Last) => $"snat to {to.First}",
            NatAction.Masquerade => "masquerade",
            _ => null,
        };
    }

    private static Task InNamespaceAsync(string program, Action action)
    {
        Assert.SkipUnless(Directory.Exists("/usr/sbin") && (File.Exists($"/usr/sbin/{program}") || File.Exists($"/sbin/{program}")), $"{program} is not installed: build/install-test-packages");
        return Namespace.RunAsync(action);
    }

    private static string Output(string program, string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(File.Exists($"/usr/sbin/{program}") ? $"/usr/sbin/{program}" : program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (printed, said) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said.GetAwaiter().GetResult()}\n{input}");
        return printed.GetAwaiter().GetResult();
    }
}
