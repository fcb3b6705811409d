using System.Net;
using Namesake.Core.Identity;

namespace Namesake.Tests.Configuration;

/// <summary>How single values are written, and what is said of wrong ones.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("\"90 s\"", 90)]
    [InlineData("15m", 900)]
    [InlineData("4h", 14_400)]
    [InlineData("5d", 432_000)]
    [InlineData("1h30m", 5_400)]
    [InlineData("\"1d 2h 3m 4s\"", 93_784)]
    [InlineData("60000ms", 60)]
    public void Durations_are_numbers_with_units(string written, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Expiry(written));

    [Theory]
    [InlineData("90", "has no unit")]
    [InlineData("soon", "is no duration")]
    [InlineData("5 fortnights", "has no unit we know")]
    [InlineData("30m1h", "units go from large to small")]
    [InlineData("1h2h", "units go from large to small")]
    [InlineData("-5d", "is no duration")]
    [InlineData("1.5h", "has no unit we know")]
    [InlineData("99999999999d", "is no duration")]
    [InlineData("999999999d", "longer than a hundred years")]
    [InlineData("1s", "is out of range: 1m to 30d")]
    [InlineData("31d", "is out of range: 1m to 30d")]
    [InlineData("[1d]", "a duration is expected, here is a list")]
    [InlineData("{}", "a duration is expected, here is a group of keys")]
    [InlineData("\"\"", "is no duration")]
    [InlineData("~", "has no value")]
    [InlineData("", "has no value")]
    public void What_is_no_duration_is_told_with_what_would_be(string written, string expected) =>
        Assert.Contains($"brands: expiry: ", Told($"expiry: {written}", expected), StringComparison.Ordinal);

    [Theory]
    [InlineData("52428800", 52_428_800)]
    [InlineData("50 MiB", 52_428_800)]
    [InlineData("50MB", 50_000_000)]
    [InlineData("1 gib", 1_073_741_824)]
    [InlineData("100kB", 100_000)]
    public void Sizes_are_bytes_or_have_a_unit(string written, long bytes) =>
        Assert.Equal(bytes, ConfigurationText.Good(ConfigurationText.Small + $"\nmaximumMessageBytes: {written}").Relay.MaximumMessageBytes);

    [Theory]
    [InlineData("50 MBs", "has no unit we know")]
    [InlineData("lots", "is no size")]
    [InlineData("-1", "is no size")]
    [InlineData("1", "is out of range: 64 KiB to 1 GiB")]
    [InlineData("2 GiB", "is out of range")]
    [InlineData("99999999999999999999", "is no size")]
    [InlineData("999999999999999999 TiB", "is out of range")]
    public void What_is_no_size_is_told(string written, string expected) =>
        Assert.Contains(expected, ConfigurationText.OnlyError(ConfigurationText.Small + $"\nmaximumMessageBytes: {written}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("0.0.0.0:25")]
    [InlineData("[::]:25")]
    [InlineData("[2001:db8::1]:465")]
    [InlineData("127.0.0.1:0")]
    public void Endpoints_are_addresses_with_ports(string written) =>
        Assert.Equal(IPEndPoint.Parse(written), Assert.Single(ConfigurationText.Good(ConfigurationText.With("0.0.0.0:25", written)).Relay.Listeners).Address);

    [Theory]
    [InlineData("0.0.0.0", "has no port")]
    [InlineData("25", "has no port")]
    [InlineData("::1", "needs brackets")]
    [InlineData("2001:db8::1:25", "needs brackets")]
    [InlineData("[::1]", "has no port")]
    [InlineData("[::1", "without \\\"]\\\"")]
    [InlineData("[::1]25", "other than a port")]
    [InlineData("[10.0.0.1]:25", "brackets around what is no IPv6 address")]
    [InlineData("localhost:25", "not a name")]
    [InlineData("10.0.0.1:65536", "has no valid port")]
    [InlineData("10.0.0.1:-1", "has no valid port")]
    [InlineData("10.0.0.1:smtp", "has no valid port")]
    [InlineData("10.1:25", "is no IP address")]
    [InlineData("010.0.0.1:25", "is no IP address")]
    [InlineData("[fe80::1%eth0]:25", "has a zone")]
    [InlineData("[::ffff:10.0.0.1]:25", "write 10.0.0.1")]
    public void What_is_no_endpoint_is_told(string written, string expected) =>
        Assert.Contains(expected.Replace("\\\"", "\"", StringComparison.Ordinal), ConfigurationText.OnlyError(ConfigurationText.With("0.0.0.0:25", written)), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.0/33", "prefix length")]
    [InlineData("10.0.0.1/8", "did you mean 10.0.0.0/8?")]
    [InlineData("ten/8", "is no address range")]
    [InlineData("10.0.0.0-10.0.0.255", "is no address range")]
    public void What_is_no_range_is_told(string written, string expected) =>
        Assert.Contains(expected, ConfigurationText.OnlyError(ConfigurationText.With("10.0.0.0/8", written)), StringComparison.Ordinal);

    [Theory]
    [InlineData("mail", "EH-03")]
    [InlineData("localhost", "EH-03")]
    [InlineData("mail.acme.local", "EH-03")]
    [InlineData("mail.acme.internal", "EH-03")]
    [InlineData("5.1.100.198.in-addr.arpa", "EH-03")]
    [InlineData("198.100.1.5", "EH-03")]
    [InlineData("\"[198.100.1.5]\"", "EH-03")]
    [InlineData("ma_il.acme.test", "EH-02")]
    [InlineData("-mail.acme.test", "EH-02")]
    [InlineData("mail..acme.test", "EH-02")]
    public void A_name_that_no_receiver_would_take_is_refused_by_its_check(string written, string check) =>
        Assert.Contains(check, ConfigurationText.OnlyError(ConfigurationText.With("mail.acme.test", written)), StringComparison.Ordinal);

    [Fact]
    public void Names_are_compared_as_DNS_does() =>
        Assert.Equal("xn--bcher-kva.test", ConfigurationText.Good(ConfigurationText.With("[acme.test]", "[Bücher.TEST.]")).Relay.Brands.All[0].SenderDomains[0].Value);

    [Theory]
    [InlineData("forward", IdentityPolicy.Forward)]
    [InlineData("\"observe\"", IdentityPolicy.Observe)]
    public void Words_are_read(string written, IdentityPolicy policy) =>
        Assert.Equal(policy, ConfigurationText.Good(ConfigurationText.With("id: acme, ", $"id: acme, policy: {written}, ")).Relay.Brands.All[0].Policy);

    [Theory]
    [InlineData("strickt", "is none of strict, forward, observe; did you mean \"strict\"?")]
    [InlineData("Forward", "did you mean \"forward\"?")]
    [InlineData("none", "is none of strict, forward, observe")]
    [InlineData("0", "is none of strict, forward, observe")]
    [InlineData("\"strict, forward\"", "is none of strict, forward, observe")]
    public void An_unknown_word_is_told_with_the_known_ones(string written, string expected) =>
        Told($"policy: {written}", expected);

    [Theory]
    [InlineData("shared: true", true)]
    [InlineData("shared: yes", true)]
    [InlineData("shared: off", false)]
    public void Yes_and_no_are_read(string written, bool expected) =>
        Assert.Equal(expected, ConfigurationText.Good(ConfigurationText.With("id: acme-v4, ", $"id: acme-v4, {written}, ")).Relay.Sources.All[0].Shared);

    [Theory]
    [InlineData("localadress: 1.2.3.4", "did you mean \"localAddress\"?")]
    [InlineData("local_address: 1.2.3.4", "did you mean \"localAddress\"?")]
    [InlineData("ELHO: x", "did you mean \"ehlo\"?")]
    [InlineData("ptr: x", "known are id, localAddress, publicAddress, ehlo, shared, weight, retiring, warmUp, attested")]
    public void An_unknown_key_is_told_with_the_nearest_or_all_known(string written, string expected) =>
        Assert.Contains(expected, ConfigurationText.OnlyError(ConfigurationText.With("id: acme-v4, ", $"id: acme-v4, {written}, ")), StringComparison.Ordinal);

    [Theory]
    [InlineData("publicAddress: 198.100.1.5, ", "sources: publicAddress: is missing; an IP address is required")]
    [InlineData("localAddress: 10.0.0.5, ", "sources: localAddress: is missing")]
    [InlineData(", ehlo: mail.acme.test", "sources: ehlo: is missing")]
    [InlineData("id: acme, ", "brands: id: is missing")]
    [InlineData(", sources: [acme-v4]", "brands: sources: is missing")]
    [InlineData("senderDomains: [acme.test], ", "brands: senderDomains: is missing")]
    public void A_missing_key_is_told_with_what_it_is_for(string piece, string expected) =>
        Assert.Contains(expected, string.Join('\n', ConfigurationText.Read(ConfigurationText.With(piece, "")).Problems), StringComparison.Ordinal);

    [Fact]
    public void A_brand_without_sources_cannot_be_written() =>
        Assert.Contains("brands: sources: at least 1 is needed", string.Join('\n', ConfigurationText.Read(ConfigurationText.With("[acme-v4]", "[]")).Problems), StringComparison.Ordinal);

    [Fact]
    public void A_list_of_plain_values_may_be_one_value_but_a_list_of_groups_may_not()
    {
        Assert.Equal("acme.test", ConfigurationText.Good(ConfigurationText.With("[acme.test]", "acme.test")).Relay.Brands.All[0].SenderDomains[0].Value);
        var problems = ConfigurationText.Read("brands: { id: acme }\nsources: 5\nlisteners: ~").Problems;
        Assert.Contains(problems, problem => problem.Text.Contains("brands: brands are expected, here is a group of keys: begin each entry with \"- \"", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Text.Contains("sources: sources are expected, here is a single value", StringComparison.Ordinal));
    }

    private static TimeSpan Expiry(string written) =>
        ConfigurationText.Good(ConfigurationText.With("id: acme, ", $"id: acme, expiry: {written}, ")).Relay.Brands.All[0].Expiry;

    private static string Told(string keyAndValue, string expected)
    {
        var error = ConfigurationText.OnlyError(ConfigurationText.With("id: acme, ", $"id: acme, {keyAndValue}, "));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        return error;
    }
}
