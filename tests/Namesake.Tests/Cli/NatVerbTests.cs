using Namesake.Core.Firewall.Rendering;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.Cli;

/// <summary>`namesake plan nat`, `plan advice` and `show --as`, for servers and devices that aren't ours.</summary>
public sealed class NatVerbTests
{
    private const string One = "# exchange1\n10.0.0.11 203.0.113.5 mail.acme.example\n10.0.0.12 203.0.113.5 mail.acme.example\n";

    private const string Two = One + "10.0.0.13 203.0.113.6 mail.brave.example\n";

    private const string Torn = Two + "10.0.0.14 203.0.113.6 mail.other.example\n";

    public static TheoryData<string> Kinds => [.. Platforms.All.Select(platform => platform.Word)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_list_is_said_in_the_words_of_any_device_without_configuration_and_relay(string kind)
    {
        var run = (await RunAsync(Two, "plan", "nat", "--list", "-", "--as", kind)).Ended(0);
        Assert.Contains("10.0.0.13", run.Output, StringComparison.Ordinal);
        Assert.Contains("To undo:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_undoes_it_is_said_alone() =>
        Assert.Equal("pfctl -a namesake -F rules\n", (await RunAsync(Two, "plan", "nat", "--list", "-", "--as", "pf-openbsd", "--undo-text")).Ended(0).Output);

    [Fact]
    public async Task Two_names_on_one_address_are_refused_with_the_reason_and_the_rest_is_said()
    {
        var run = (await RunAsync(Torn, "plan", "nat", "--list", "-", "--as", "nftables")).Ended(2);
        Assert.Contains("203.0.113.6: mail.brave.example and mail.other.example can't both leave as 203.0.113.6", run.Error, StringComparison.Ordinal);
        Assert.Contains("10.0.0.11 : 203.0.113.5,", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.6,", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exclusive_mode_gives_no_address_to_two()
    {
        var run = (await RunAsync(One, "plan", "nat", "--list", "-", "--as", "nftables", "--mode", "exclusive")).Ended(2);
        Assert.Contains("10.0.0.11, 10.0.0.12 would share 203.0.113.5", run.Error, StringComparison.Ordinal);
        Assert.Contains("There is nothing to translate.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_of_the_list_are_told_with_their_lines()
    {
        var run = (await RunAsync("10.0.0.11 203.0.113.5\n\n10.0.0.x 203.0.113.5 mail.acme.example\n", "plan", "nat", "--list", "-", "--as", "nftables")).Ended(64);
        Assert.Contains("the standard input can't be used:", run.Error, StringComparison.Ordinal);
        Assert.Contains("line 1: has 2 words where three are needed", run.Error, StringComparison.Ordinal);
        Assert.Contains("line 3: 10.0.0.x is no IP address", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_was_written_is_shown_as_a_difference_and_in_a_devices_words()
    {
        using var directory = new TemporaryDirectory();
        (await InAsync(directory.Path, Two, "plan", "nat", "--list", "-", "--as", "cisco-ios", "--device", "GigabitEthernet0/0", "-o", "nat.json")).Ended(0);
        var plan = (await InAsync(directory.Path, "", "show", "nat.json")).Ended(0).Output;
        Assert.Contains("+ 10.0.0.13 -> 203.0.113.6", plan, StringComparison.Ordinal);
        Assert.True(plan.IndexOf("To know: variant 1", StringComparison.Ordinal) is > 0 and var advice && advice < plan.IndexOf("To know: live connections", StringComparison.Ordinal), plan);
        var text = (await InAsync(directory.Path, "", "show", "nat.json", "--as", "cisco-ios", "--device", "GigabitEthernet0/0")).Ended(0).Output;
        Assert.Contains(" match interface GigabitEthernet0/0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configurations_sources_need_no_firewall_in_it_for_a_text()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "namesake.yaml"), ConfigurationText.Small);
        Assert.Contains("from 10.0.0.5 to any port 25 nat-to 198.100.1.5", (await InAsync(directory.Path, "", "plan", "nat", "--as", "pf-openbsd")).Ended(0).Output, StringComparison.Ordinal);
        Assert.Contains("the configuration has no source other", (await InAsync(directory.Path, "", "plan", "nat", "--as", "pf-openbsd", "--source", "other")).Ended(64).Error, StringComparison.Ordinal);
        Assert.Contains("the configuration has no firewall: add one to `firewalls:`", (await InAsync(directory.Path, "", "plan", "nat")).Ended(78).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(One, "Variant 2", 0)]
    [InlineData(Two, "Variant 1", 0)]
    [InlineData(Torn, "No variant fits", 1)]
    public async Task The_advisor_says_which_variant_fits_and_why(string list, string variant, int code) =>
        Assert.StartsWith(variant, (await RunAsync(list, "plan", "advice", "--list", "-")).Ended(code).Output, StringComparison.Ordinal);

    [Fact]
    public async Task The_advice_is_also_for_programs()
    {
        var advice = (await RunAsync(Two, "plan", "advice", "--list", "-", "--pool", "--json")).Ended(0).Json();
        Assert.Equal((1, 2, true), (advice.GetProperty("variant").GetInt32(), advice.GetProperty("names").GetInt32(), advice.GetProperty("isPool").GetBoolean()));
        Assert.StartsWith("Map each local address to one public address first", advice.GetProperty("first").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_is_also_for_programs()
    {
        var text = (await RunAsync(Torn, "plan", "nat", "--list", "-", "--as", "fortigate", "--json")).Ended(2).Json();
        Assert.StartsWith("config firewall address", text.GetProperty("apply").GetString(), StringComparison.Ordinal);
        Assert.Single(text.GetProperty("refused").EnumerateArray());
    }

    private static Task<NamesakeProcess> RunAsync(string input, params string[] arguments) => NamesakeProcess.RunAsync(arguments, input);

    private static Task<NamesakeProcess> InAsync(string directory, string input, params string[] arguments) => NamesakeProcess.RunAsync(arguments, input, directory);
}
