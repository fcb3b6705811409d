namespace Namesake.Tests.Configuration;

/// <summary>What only shows when values are compared with each other: each rule broken once, the reason told where it is broken.</summary>
public sealed class RuleTests
{
    private const string Two = """
        listeners: [ { address: "0.0.0.0:25", relayFrom: ["10.0.0.0/8"] } ]
        brands:
          - { id: acme, senderDomains: [acme.test], sources: [one] }
          - { id: bravo, senderDomains: [bravo.test], sources: [two] }
        sources:
          - { id: one, localAddress: 10.0.0.1, publicAddress: 198.100.1.1, ehlo: mail.acme.test }
          - { id: two, localAddress: 10.0.0.2, publicAddress: 198.100.1.2, ehlo: mail.bravo.test }
        """;

    [Fact]
    public void Two_brands_with_their_own_sources_are_fine() => Assert.Empty(ConfigurationText.Read(Two).Problems);

    [Theory]
    [InlineData("sources: [two]", "sources: [tow]", "4:57", "there is no source \"tow\"; did you mean \"two\"?")]
    [InlineData("id: bravo,", "id: acme,", "4:11", "brands: the id acme stands here a second time, first in line 3")]
    [InlineData("id: two,", "id: one,", "7:11", "sources: the id one stands here a second time, first in line 6", "there is no source \"two\"")]
    [InlineData("[bravo.test]", "[bravo.test, acme.test]", "4:46", "the sender domain acme.test belongs to brand acme already (line 3)")]
    [InlineData("[bravo.test]", "[bravo.test, bravo.test]", "4:46", "names bravo.test twice")]
    [InlineData("sources: [two]", "sources: [two, two]", "4:62", "the source two stands here a second time")]
    [InlineData("sources: [two]", "sources: [two, one]", "4:62", "one (line 6) is used by the brands acme, bravo and doesn't say \"shared: true\"")]
    [InlineData("10.0.0.2", "10.0.0.1", "7:30", "localAddress 10.0.0.1 is source one's already (line 6)")]
    [InlineData("198.100.1.2", "10.0.0.2", "7:55", "EG-05: sources: two: publicAddress 10.0.0.2 is not public: private use (RFC 1918)")]
    [InlineData("198.100.1.2", "100.64.3.4", "7:55", "shared by carriers for NAT (RFC 6598)")]
    [InlineData("198.100.1.2", "127.0.0.1", "7:55", "loopback")]
    [InlineData("198.100.1.2", "240.0.0.1", "7:55", "reserved")]
    [InlineData("198.100.1.2", "\"fd00::1\"", "7:55", "IPv4 and IPv6 are two sources", "unique local")]
    [InlineData("198.100.1.2", "\"2a00:1450::1\"", "7:55", "publicAddress 2a00:1450::1 is IPv6 and localAddress 10.0.0.2 is IPv4")]
    [InlineData("10.0.0.2", "0.0.0.0", "7:30", "lets the operating system choose the address")]
    [InlineData("10.0.0.2", "224.0.0.1", "7:30", "is no address of one machine")]
    [InlineData("id: bravo,", "id: bravo, returnPathDomain: acme.test,", "4:36", "returnPathDomain acme.test is a sender domain of brand acme")]
    [InlineData("id: bravo,", "id: bravo, foreignSenders: srs,", "4:34", "foreignSenders: srs needs srsSecret or srsSecretFile")]
    [InlineData("id: bravo,", "id: bravo, srsSecret: short,", "4:29", "srsSecret has fewer than 16 characters")]
    [InlineData("relayFrom: [\"10.0.0.0/8\"]", "relayFrom: [\"0.0.0.0/0\"]", "1:51", "0.0.0.0/0 would make this an open relay")]
    [InlineData("relayFrom: [\"10.0.0.0/8\"]", "relayFrom: [\"64.0.0.0/7\"]", "1:51", "none shorter than /8")]
    [InlineData("relayFrom: [\"10.0.0.0/8\"]", "relayFrom: [\"::/0\"]", "1:51", "none shorter than /16")]
    [InlineData("relayFrom: [\"10.0.0.0/8\"]", "brand: charlie, relayFrom: [\"10.0.0.0/8\"]", "1:46", "listeners: brand: there is no brand \"charlie\"")]
    [InlineData("relayFrom: [\"10.0.0.0/8\"]", "nullSenderBrand: acmee, relayFrom: [\"10.0.0.0/8\"]", "1:56", "listeners: nullSenderBrand: there is no brand \"acmee\"; did you mean \"acme\"?")]
    [InlineData("relayFrom: [\"10.0.0.0/8\"]", "brand: acme, nullSenderBrand: bravo, relayFrom: [\"10.0.0.0/8\"]", "1:69", "nullSenderBrand bravo contradicts brand acme")]
    [InlineData("relayFrom: [\"10.0.0.0/8\"]", "implicitTls: true, relayFrom: [\"10.0.0.0/8\"]", "1:14", "implicitTls needs a certificate")]
    public void A_broken_rule_is_told_where_it_is_broken(string piece, string replacement, string place, string expected, string? alsoTold = null)
    {
        Assert.Contains(piece, Two, StringComparison.Ordinal);
        var at = Two.LastIndexOf(piece, StringComparison.Ordinal); // The second of two, where there are two.
        var errors = ConfigurationText.Read(Two[..at] + replacement + Two[(at + piece.Length)..]).Problems.Where(problem => problem.IsError).Select(problem => problem.ToString()).ToList();
        Assert.Contains(errors, error => error.StartsWith($"namesake.yaml:{place}: ", StringComparison.Ordinal) && error.Contains(expected, StringComparison.Ordinal));
        Assert.True(errors.Count == (alsoTold is null ? 1 : 2), string.Join('\n', errors));
    }

    [Theory]
    [InlineData("listeners:\n  - { address: \"10.0.0.1:25\" }\n  - { address: \"10.0.0.1:25\" }", "the address 10.0.0.1:25 stands here a second time, first in line 2")]
    [InlineData("listeners:\n  - { address: \"0.0.0.0:25\" }\n  - { address: \"10.0.0.1:25\" }", "10.0.0.1:25 and 0.0.0.0:25 (line 2) overlap")]
    [InlineData("listeners:\n  - { address: \"[::]:25\" }\n  - { address: \"[::1]:25\" }", "overlap")]
    [InlineData("listeners:\n  - { address: \"127.0.0.1:8025\" }", "127.0.0.1:8025 and the API's address 127.0.0.1:8025 overlap")]
    [InlineData("listeners:\n  - { address: \"0.0.0.0:8025\" }", "overlap")]
    public void Two_listeners_cannot_have_one_address(string listeners, string expected) =>
        Assert.Contains(expected, Error(listeners), StringComparison.Ordinal);

    [Theory]
    [InlineData("listeners:\n  - { address: \"0.0.0.0:25\" }\n  - { address: \"[::]:25\" }")]
    [InlineData("listeners:\n  - { address: \"127.0.0.1:0\" }\n  - { address: \"127.0.0.1:0\" }")]
    [InlineData("listeners:\n  - { address: \"10.0.0.1:25\" }\n  - { address: \"10.0.0.1:587\" }\n  - { address: \"10.0.0.2:25\" }")]
    public void Listeners_that_do_not_meet_are_fine(string listeners) =>
        Assert.DoesNotContain(ConfigurationText.Read(Two.Replace("listeners: [ { address: \"0.0.0.0:25\", relayFrom: [\"10.0.0.0/8\"] } ]", listeners, StringComparison.Ordinal)).Problems, problem => problem.IsError);

    [Fact]
    public void One_public_address_cannot_say_two_names_even_in_one_brand()
    {
        var error = ConfigurationText.OnlyError(Two.Replace("sources: [one]", "sources: [one, three]", StringComparison.Ordinal)
            + "\n  - { id: three, localAddress: 10.0.0.3, publicAddress: 198.100.1.1, ehlo: other.acme.test }");
        Assert.Equal("namesake.yaml:8:76: error: EG-09, EH-08: sources: three: the public address 198.100.1.1 says mail.acme.test as source one (line 6) and other.acme.test here: one address can bear one name only", error);
    }

    [Fact]
    public void Several_sources_of_one_brand_may_share_a_public_address_under_one_name() =>
        Assert.Empty(ConfigurationText.Read(Two.Replace("sources: [one]", "sources: [one, three]", StringComparison.Ordinal)
            + "\n  - { id: three, localAddress: 10.0.0.3, publicAddress: 198.100.1.1, ehlo: MAIL.acme.test }").Problems);

    [Fact]
    public void Two_brands_behind_one_public_address_must_both_say_shared()
    {
        var text = Two.Replace("publicAddress: 198.100.1.2, ehlo: mail.bravo.test", "publicAddress: 198.100.1.1, ehlo: mail.acme.test", StringComparison.Ordinal);
        Assert.Contains("EG-09: sources: one: the public address 198.100.1.1 is used by the brands acme, bravo, through several sources", ConfigurationText.OnlyError(text), StringComparison.Ordinal);
        Assert.Contains("EG-09: sources: two", ConfigurationText.OnlyError(text.Replace("id: one,", "id: one, shared: true,", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(ConfigurationText.Read(text.Replace("id: one,", "id: one, shared: true,", StringComparison.Ordinal).Replace("id: two,", "id: two, shared: true,", StringComparison.Ordinal)).Problems, problem => problem.IsError);
    }

    [Fact]
    public void A_shared_source_is_used_by_several_brands_but_a_brands_own_name_on_it_is_doubtful()
    {
        var shared = Two.Replace("sources: [two]", "sources: [two, one]", StringComparison.Ordinal).Replace("id: one,", "id: one, shared: true,", StringComparison.Ordinal);
        Assert.Contains("the shared name mail.acme.test is brand acme's own; mail of bravo would bear it", ConfigurationText.OnlyWarning(shared), StringComparison.Ordinal);
        Assert.Empty(ConfigurationText.Read(shared.Replace("ehlo: mail.acme.test", "ehlo: out.provider.test", StringComparison.Ordinal)).Problems);
    }

    [Fact]
    public void Test_ranges_count_as_public_when_the_file_says_so()
    {
        var configuration = ConfigurationText.Good(Two.Replace("198.100.1.", "127.0.1.", StringComparison.Ordinal) + "\ntreatAsPublic: [127.0.0.0/8]");
        Assert.Equal("127.0.0.0/8", Assert.Single(configuration.Relay.TreatAsPublic).ToString());
    }

    [Fact]
    public void Example_addresses_are_read_with_a_warning() =>
        Assert.Contains("EG-05: sources: two: publicAddress 203.0.113.9 is an example address", ConfigurationText.OnlyWarning(Two.Replace("198.100.1.2", "203.0.113.9", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("routes: [ { domains: [\"*\"], via: \"10.0.0.1\" } ]", "is not on the Internet")]
    [InlineData("users: [ { name: a, brand: acme, passwordHash: \"$pbkdf2-sha512$i=1000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\" } ]", "nobody can log in")]
    [InlineData("sources2", "no brand uses it")]
    [InlineData("wide", "lets a great many addresses of the Internet send without logging in")]
    [InlineData("deaf", "nobody may send through it")]
    public void What_is_doubtful_is_a_warning_and_the_configuration_is_used(string addition, string expected) =>
        Assert.Contains(expected, ConfigurationText.OnlyWarning(addition switch
        {
            "sources2" => Two + "\n  - { id: three, localAddress: 10.0.0.3, publicAddress: 198.100.1.3, ehlo: other.acme.test }",
            "wide" => Two.Replace("10.0.0.0/8", "64.0.0.0/15", StringComparison.Ordinal),
            "deaf" => Two.Replace(", relayFrom: [\"10.0.0.0/8\"]", "", StringComparison.Ordinal),
            _ => Two + "\n" + addition,
        }), StringComparison.Ordinal);

    [Theory]
    [InlineData("routes: [ { domains: [\"*\"] } ]", "routes: via: is missing")]
    [InlineData("routes: [ { via: \"a.test\" } ]", "routes: domains: is missing")]
    [InlineData("routes: [ { domains: [\"*\"], via: \"host name\" } ]", "is neither a host name nor an address")]
    [InlineData("routes: [ { domains: [\"*\"], via: \"a.test:0\" } ]", "has no valid port")]
    [InlineData("routes: [ { domains: [\"*\"], via: \"0.0.0.0\" } ]", "is no host")]
    [InlineData("routes: [ { domains: [\"a.*\"], via: \"a.test\" } ]", "a star stands alone, or first")]
    [InlineData("routes: [ { domains: [\"*\"], via: \"a.test\", identity: privat } ]", "is none of public, delegated, internal")]
    [InlineData("routes: [ { domains: [\"*\"], via: \"a.test\", connections: 0 } ]", "is out of range: 1 to 10,000")]
    [InlineData("routes: [ { domains: [a.test], via: \"b.test\" }, { domains: [a.test], via: \"c.test\" } ]", "routes: a.test is never reached")]
    [InlineData("routes: [ { domains: [\"*\"], via: \"b.test\" }, { domains: [a.test], via: \"c.test\" } ]", "routes: a.test is never reached: \"*\" in line 8")]
    [InlineData("witnesses: [ { host: 10.0.0.9 } ]", "seen from there, our address says nothing")]
    [InlineData("witnesses: [ { host: a.test }, { host: A.test } ]", "witnesses: the host a.test:25 stands here a second time")]
    [InlineData("witnesses: [ { host: a.test, port: 70000 } ]", "is out of range: 1 to 65,535")]
    [InlineData("resolvers: [dns.test]", "needs an IP address before the port, not a name")]
    [InlineData("resolvers: [127.0.0.1, \"127.0.0.1:53\"]", "resolvers: the address 127.0.0.1:53 stands here a second time")]
    [InlineData("resolvers: [0.0.0.0]", "can't be asked")]
    [InlineData("clients: [ { range: 10.0.0.0/8, brand: nobody } ]", "clients: brand: there is no brand \"nobody\"")]
    [InlineData("clients: [ { range: 0.0.0.0/1, brand: acme } ]", "would make this an open relay")]
    [InlineData("clients: [ { range: 10.0.0.0/8, brand: acme }, { range: 10.0.0.0/8, brand: bravo } ]", "the range 10.0.0.0/8 stands here a second time")]
    [InlineData("users: [ { name: a, brand: acme } ]", "passwordHash or passwordHashFile is missing")]
    [InlineData("users: [ { name: \"a b\", brand: acme, passwordHash: x } ]", "is no user name")]
    [InlineData("users: [ { name: a, brand: acme, passwordHash: secret } ]", "users: a: the passwordHash is none this relay made")]
    [InlineData("identity: { shortestInterval: 20m, longestInterval: 10m }", "shortestInterval (20m) must not be longer than longestInterval (10m)")]
    [InlineData("identity: { grace: 5m }", "longestInterval (15m) must not be longer than grace (5m)")]
    [InlineData("delivery: { retry: [] }", "at least 1 is needed")]
    [InlineData("silentReceivers: { requireProof: 0s }", "is out of range: 1s to 1d")]
    [InlineData("alarms: { webhook: \"ops.example/hook\" }", "is no address of the web")]
    [InlineData("alarms: { webhook: \"file:///etc/passwd\" }", "is no address of the web")]
    [InlineData("alarms: { webhook: \"https://ann:secret@ops.example/\" }", "has a user name or password in it")]
    [InlineData("alarms: { webhook: \"https://ops.example/\", secret: short }", "the secret is shorter than 16 characters")]
    [InlineData("alarms: { interval: 0s }", "is out of range: 1s to 1h")]
    [InlineData("logging: { level: verbose }", "is none of trace, debug, information, warning, error, critical, none")]
    public void Every_other_section_has_its_rules(string addition, string expected) =>
        Assert.Contains(expected, string.Join('\n', ConfigurationText.Read(Two + "\n" + addition).Problems.Where(problem => problem.IsError)), StringComparison.Ordinal);

    [Fact]
    public void Two_users_of_one_name_are_refused()
    {
        const string hash = "$pbkdf2-sha512$i=1000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Assert.Contains("users: the name a stands here a second time", ConfigurationText.OnlyError(Two + $"\nusers: [ {{ name: a, brand: acme, passwordHash: \"{hash}\" }}, {{ name: a, brand: bravo, passwordHash: \"{hash}\" }} ]"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_back_to_our_own_listener_is_refused() =>
        Assert.Contains("mail would go in circles", ConfigurationText.OnlyError(Two.Replace("0.0.0.0:25", "10.0.0.1:25", StringComparison.Ordinal) + "\nroutes: [ { domains: [\"*\"], via: \"10.0.0.1:25\", identity: internal } ]"), StringComparison.Ordinal);

    [Fact]
    public void The_most_particular_client_range_comes_first()
    {
        var clients = ConfigurationText.Good(Two + "\nclients: [ { range: 10.0.0.0/8, brand: acme }, { range: 10.1.2.3, brand: bravo }, { range: 10.1.0.0/16, brand: acme } ]").Relay.Clients;
        Assert.Equal(["10.1.2.3/32", "10.1.0.0/16", "10.0.0.0/8"], clients.Select(client => client.Range.ToString()));
    }

    [Fact]
    public void Routes_keep_their_order_and_their_patterns()
    {
        var routes = ConfigurationText.Good(Two + "\nroutes: [ { domains: [a.test, \"*.b.test\"], via: \"[2001:db8::9]:2525\", identity: internal }, { domains: [\"*\"], via: smart, identity: delegated } ]").Relay.Routes;
        Assert.Equal(("2001:db8::9", 2525), (routes[0].Host, routes[0].Port));
        Assert.Equal(("smart", 25), (routes[1].Host, routes[1].Port));
        string[] matched = ["a.test", "x.b.test", "x.y.b.test"], missed = ["b.test", "x.a.test", "c.test"];
        Assert.All(matched, domain => Assert.True(routes[0].Matches(Protocol.Addresses.DomainName.Parse(domain)), domain));
        Assert.All(missed, domain => Assert.False(routes[0].Matches(Protocol.Addresses.DomainName.Parse(domain)), domain));
        Assert.All(missed, domain => Assert.True(routes[1].Matches(Protocol.Addresses.DomainName.Parse(domain)), domain));
    }

    private static string Error(string listeners) =>
        ConfigurationText.OnlyError(Two.Replace("listeners: [ { address: \"0.0.0.0:25\", relayFrom: [\"10.0.0.0/8\"] } ]", listeners, StringComparison.Ordinal));
}
