using Namesake.Configuration;
using Namesake.Core.Brands;

namespace Namesake.Tests.Configuration;

public sealed class ReloadTests
{
    [Fact]
    public void The_same_file_read_twice_changes_nothing()
    {
        var plan = Between(ConfigurationText.Small, ConfigurationText.Small + "\n# a comment\n");
        Assert.Empty(plan.Live);
        Assert.Empty(plan.NeedsRestart);
    }

    [Theory]
    [InlineData("id: acme, ", "id: acme, policy: forward, ", "brands acme: policy: strict → forward")]
    [InlineData("id: acme, ", "id: acme, expiry: 2d, ", "brands acme: expiry: 5d → 2d")]
    [InlineData("[acme.test]", "[acme.test, new.acme.test]", "brands acme: senderDomains: [acme.test] → [acme.test, new.acme.test]")]
    [InlineData("198.100.1.5", "198.100.1.6", "sources acme-v4: publicAddress: 198.100.1.5 → 198.100.1.6")]
    [InlineData("mail.acme.test", "out.acme.test", "sources acme-v4: ehlo: mail.acme.test → out.acme.test")]
    [InlineData("node: relay1", "node: relay1\nmaximumMessageBytes: 1 MiB", "maximumMessageBytes: 52428800 → 1048576")]
    [InlineData("node: relay1", "node: relay1\ntreatAsPublic: [127.0.0.0/8]", "treatAsPublic: [] → [127.0.0.0/8]")]
    [InlineData("node: relay1", "node: relay1\nsilentReceivers: { requireProof: 60s }", "silentReceivers: requireProof: none → 1m")]
    [InlineData("node: relay1", "node: relay1\nwitnesses: [ { host: a.test } ]", "witnesses a.test:25: added")]
    [InlineData("node: relay1", "node: relay1\nalarms: { repeat: 1h }", "alarms: repeat: 4h → 1h")]
    [InlineData("node: relay1", "node: relay1\nalarms: { webhook: \"https://ops.example/T0KEN\" }", "alarms: webhook: changed")]
    [InlineData("brand: acme, ", "", "listeners 0.0.0.0:25: brand: acme → none")]
    [InlineData("node: relay1", "node: relay1\nclients: [ { range: 10.0.0.0/8, brand: acme } ]", "clients 10.0.0.0/8: added")]
    public void What_the_stages_read_through_the_model_changes_live(string piece, string replacement, string expected)
    {
        var plan = Between(ConfigurationText.Small, ConfigurationText.With(piece, replacement));
        Assert.Equal(expected, Assert.Single(plan.Live).ToString());
        Assert.Empty(plan.NeedsRestart);
    }

    [Theory]
    [InlineData("node: relay1", "node: relay2", "node: relay1 → relay2")]
    [InlineData("./data", "./elsewhere", "data: /data → /elsewhere")]
    [InlineData("node: relay1", "node: relay1\napi: { address: \"127.0.0.1:9000\" }", "api: address: 127.0.0.1:8025 → 127.0.0.1:9000")]
    [InlineData("node: relay1", "node: relay1\nresolvers: [127.0.0.1]", "dns: resolvers: [] → [127.0.0.1:53]")]
    [InlineData("node: relay1", "node: relay1\nidentity: { grace: 5h }", "identity: grace: 4h → 5h")]
    [InlineData("node: relay1", "node: relay1\nidentity: { longestInterval: 5m }", "identity: longestInterval: 15m → 5m")]
    [InlineData("node: relay1", "node: relay1\nspool: { minimumFreeDisk: 10 MB }", "spool: minimumFreeDisk: 104857600 → 10000000")]
    [InlineData("node: relay1", "node: relay1\nspool: { eventBytes: 1 GB }", "spool: eventBytes: 21474836480 → 1000000000")]
    [InlineData("node: relay1", "node: relay1\nsubmission: { idle: 6m }", "submission: idle: 5m → 6m")]
    [InlineData("node: relay1", "node: relay1\ndelivery: { retry: [1m], window: 100, timeouts: { connect: 10s } }", "delivery: retry: [5m, 10m, 20m, 40m, 1h20m, 3h] → [1m]; delivery: timeouts: connect: 30s → 10s; delivery: window: 5000 → 100")]
    [InlineData("node: relay1", "node: relay1\nlogging: { level: debug }", "logging: level: information → debug")]
    public void What_is_built_into_what_runs_needs_a_restart_and_keeps_its_old_value(string piece, string replacement, string expected)
    {
        var running = ConfigurationText.Good(ConfigurationText.Small, "/");
        var plan = ReloadPlan.Between(running, ConfigurationText.Good(ConfigurationText.With(piece, replacement), "/"));
        Assert.Empty(plan.Live);
        Assert.Equal(expected, string.Join("; ", plan.NeedsRestart));
        var again = ReloadPlan.Between(running, plan.Effective);
        Assert.Empty(again.NeedsRestart);
        Assert.Empty(again.Live);
    }

    [Fact]
    public void A_changed_secret_is_told_but_not_shown()
    {
        var (first, second) = (User("one"), User("two"));
        var plan = Between(first, second);
        Assert.Equal(["brands acme: srsSecret: changed", "users app: passwordHash: changed"], plan.Live.Select(change => change.ToString()));

        static string User(string secret) => ConfigurationText.With("id: acme, ", $"id: acme, srsSecret: sixteen characters {secret}, ")
            + $"\nusers: [ {{ name: app, brand: acme, passwordHash: \"{PasswordHash.Of(secret, PasswordHash.FewestIterations)}\" }} ]";
    }

    [Fact]
    public void Brands_that_come_and_go_are_named()
    {
        var plan = Between(ConfigurationText.Small, ConfigurationText.Small.Replace("id: acme,", "id: bravo,", StringComparison.Ordinal).Replace("brand: acme, ", "", StringComparison.Ordinal));
        Assert.Equal(["brands acme: removed", "brands bravo: added", "listeners 0.0.0.0:25: brand: acme → none"], plan.Live.Select(change => change.ToString()));
    }

    [Fact]
    public void Routes_in_another_order_are_other_routes()
    {
        const string one = "{ domains: [a.test], via: one.test }", two = "{ domains: [\"*.test\"], via: two.test }";
        var plan = Between($"{ConfigurationText.Small}\nroutes: [ {one}, {two} ]", $"{ConfigurationText.Small}\nroutes: [ {two}, {one} ]");
        Assert.StartsWith("routes: ", Assert.Single(plan.Live).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_manual_says_of_every_key_whether_it_takes_effect_at_once_or_needs_a_restart()
    {
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));
        var whole = manual[manual.IndexOf("## The whole file", StringComparison.Ordinal)..];
        var keys = System.Text.RegularExpressions.Regex.Matches(whole[..whole.IndexOf("\n## ", 4, StringComparison.Ordinal)], @"(?m)^\| `(\w+)`").Select(match => match.Groups[1].Value).ToList();
        var start = manual.IndexOf("`namesake config reload`", StringComparison.Ordinal);
        var paragraph = manual[start..manual.IndexOf("\n\n", start, StringComparison.Ordinal)];

        Assert.True(keys.Count > 15, string.Join(", ", keys));
        Assert.All(keys, key => Assert.Contains($"`{key}`", paragraph.Replace("`dns`", "`dns` `resolvers`", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static ReloadPlan Between(string before, string after) => ReloadPlan.Between(ConfigurationText.Good(before, "/"), ConfigurationText.Good(after, "/"));
}
