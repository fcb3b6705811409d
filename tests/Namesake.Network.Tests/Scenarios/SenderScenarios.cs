using System.Collections.Immutable;

namespace Namesake.Network.Tests.Scenarios;

/// <summary>What DNS says about the domain that sends. By default none of it stops a source: one customer's SPF must not.</summary>
internal static class SenderScenarios
{
    private const string Spf = "@ TXT \"v=spf1 ip4:$ip -all\"", Key = "s1._domainkey TXT $dkim", Dmarc = "_dmarc TXT \"v=DMARC1; p=reject\"", MX = "@ MX 10 mail";

    public static ImmutableArray<Scenario> All { get; } =
    [
        Sender("a domain in order") with { Passes = "AU-01 AU-02 AU-03 AU-04 AU-05 AU-08" },
        Sender("a domain in order in IPv6", "@ TXT \"v=spf1 ip6:$ip -all\"") with { V6 = true },
        Sender("SPF by the address of a name", "@ TXT \"v=spf1 a:mail.$d -all\""),
        Sender("SPF by the mail exchanger", "@ TXT \"v=spf1 mx -all\""),
        Sender("SPF by a network", "@ TXT \"v=spf1 ip4:$net.0/24 -all\""),
        Sender("SPF by include", "@ TXT \"v=spf1 include:_spf.$d -all\"\n_spf TXT \"v=spf1 ip4:$ip ?all\""),
        Sender("SPF by redirect", "@ TXT \"v=spf1 redirect=_spf.$d\"\n_spf TXT \"v=spf1 ip4:$ip -all\""),
        Sender("SPF by a macro", "@ TXT \"v=spf1 exists:%{ir}._spf.$d -all\"\n$l._spf A 127.0.0.2"),
        Sender("SPF in capital letters", "@ TXT \"V=SPF1 IP4:$ip -ALL\""),
        Sender("SPF that soft-fails others", "@ TXT \"v=spf1 ip4:$ip ~all\""),
        Sender("SPF that lets everybody send", "@ TXT \"v=spf1 +all\""),
        Sender("SPF of two strings, cut inside the address", "@ TXT \"v=spf1 ip4:198.1\" \"8.$n.25 -all\""),
        Sender("SPF beside other texts", Spf + "\n@ TXT \"verification=1\"\n@ TXT \"v=spf10 -all\""),
        Sender("SPF too long for a datagram", $"@ TXT \"v=spf1 {string.Join("\" \" ", Enumerable.Range(1, 100).Select(i => $"ip4:198.18.254.{i}"))} ip4:$ip -all\""),
        Sender("SPF with ten terms that ask DNS", $"@ TXT \"v=spf1 {Terms(10)} ip4:$ip -all\"\n{Hosts(10)}"),
        Sender("SPF with two terms that find nothing", "@ TXT \"v=spf1 a:no1.$d a:no2.$d ip4:$ip -all\""),
        Sender("no SPF", "") with { Fails = "AU-01" },
        Sender("SPF without our address", "@ TXT \"v=spf1 ip4:198.18.255.9 -all\"") with { Fails = "AU-01" },
        Sender("SPF without our address, soft", "@ TXT \"v=spf1 ip4:198.18.255.9 ~all\"") with { Fails = "AU-01" },
        Sender("SPF without our address, neutral", "@ TXT \"v=spf1 ip4:198.18.255.9 ?all\"") with { Fails = "AU-01" },
        Sender("SPF without our address and without an end", "@ TXT \"v=spf1 ip4:198.18.255.9\"") with { Fails = "AU-01" },
        Sender("SPF for the other family only", "@ TXT \"v=spf1 ip6:2001:db8:$n::/48 -all\"") with { Fails = "AU-01" },
        Sender("SPF that denies our address first", "@ TXT \"v=spf1 -ip4:$ip +all\"") with { Fails = "AU-01" },
        Sender("our address behind all", "@ TXT \"v=spf1 -all ip4:$ip\"") with { Fails = "AU-01" },
        Sender("two SPF records", Spf + "\n@ TXT \"v=spf1 mx -all\"") with { Fails = "AU-03" },
        Sender("SPF with a syntax error", "@ TXT \"v=spf1 ip4:$ip ip4:300.1.1.1 -all\"") with { Fails = "AU-03" },
        Sender("SPF with an unknown mechanism", "@ TXT \"v=spf1 ip4:$ip ipv4:198.18.255.9 -all\"") with { Fails = "AU-03" },
        Sender("SPF with eleven terms that ask DNS", $"@ TXT \"v=spf1 {Terms(11)} ip4:$ip -all\"\n{Hosts(11)}") with { Fails = "AU-03" },
        Sender("SPF with eleven terms behind our address", $"@ TXT \"v=spf1 ip4:$ip {Terms(11)} -all\"\n{Hosts(11)}") with { Fails = "AU-03" },
        Sender("SPF with eleven terms in what it includes", $"@ TXT \"v=spf1 include:_spf.$d -all\"\n_spf TXT \"v=spf1 {Terms(10)} ip4:$ip ?all\"\n{Hosts(10)}") with { Fails = "AU-03" },
        Sender("SPF with three terms that find nothing", "@ TXT \"v=spf1 a:no1.$d a:no2.$d a:no3.$d ip4:$ip -all\"") with { Fails = "AU-03" },
        Sender("SPF by pointer", "@ TXT \"v=spf1 ptr -all\"") with { Warns = "AU-03" },
        Sender("SPF with a pointer beside our address", "@ TXT \"v=spf1 ip4:$ip ptr:$d -all\"") with { Warns = "AU-03" },
        Sender("SPF that redirects to itself", "@ TXT \"v=spf1 redirect=$d\"") with { Fails = "AU-03" },
        Sender("SPF that redirects in a circle", "@ TXT \"v=spf1 redirect=a.$d\"\na TXT \"v=spf1 redirect=b.$d\"\nb TXT \"v=spf1 redirect=a.$d\"") with { Fails = "AU-03" },
        Sender("SPF that includes in a circle", "@ TXT \"v=spf1 include:a.$d -all\"\na TXT \"v=spf1 include:$d -all\"") with { Fails = "AU-03" },
        Sender("SPF that includes a name without SPF", "@ TXT \"v=spf1 include:nothing.$d ip4:$ip -all\"") with { Fails = "AU-03" },
        Sender("SPF that redirects to a name without SPF", "@ TXT \"v=spf1 redirect=nothing.$d\"") with { Fails = "AU-03" },
        Sender("SPF that includes a zone of a failing server", "@ TXT \"v=spf1 include:x.broken.$d -all\"\nbroken NS servfail.host.example.") with { Unknown = "AU-01 AU-03" },
        Sender("no SPF for the name said", Spf, "mail A $ip") with { Warns = "AU-02" },
        Sender("SPF for the name said that denies all", Spf, "mail A $ip\nmail TXT \"v=spf1 -all\"") with { Warns = "AU-02" },
        Sender("two SPF records for the name said", Spf, "mail A $ip\nmail TXT \"v=spf1 a -all\"\nmail TXT \"v=spf1 -all\"") with { Fails = "AU-03" },

        new("a DKIM key behind an alias") { Zone = Zone(Spf, key: "s1._domainkey CNAME s1.keys\ns1.keys TXT $dkim"), From = "$d", Selector = "s1" },
        Sender("a DKIM key for tests") with { Zone = Zone(Spf, key: "s1._domainkey TXT $dkim \"; t=y\""), Warns = "AU-04" },
        Sender("no DKIM key") with { Zone = Zone(Spf, key: ""), Fails = "AU-04" },
        Sender("a DKIM key that was withdrawn") with { Zone = Zone(Spf, key: "s1._domainkey TXT \"v=DKIM1; k=rsa; p=\""), Fails = "AU-04" },
        Sender("a DKIM key that is no key") with { Zone = Zone(Spf, key: "s1._domainkey TXT \"v=DKIM1; k=rsa; p=bm90IGEga2V5\""), Fails = "AU-04" },
        Sender("a DKIM record without a key") with { Zone = Zone(Spf, key: "s1._domainkey TXT \"v=DKIM1; k=rsa\""), Fails = "AU-04" },
        Sender("a DKIM record of another version") with { Zone = Zone(Spf, key: "s1._domainkey TXT \"v=DKIM2; p=bm90IGEga2V5\""), Fails = "AU-04" },
        Sender("two DKIM keys at one selector") with { Zone = Zone(Spf, key: Key + "\n" + "s1._domainkey TXT \"v=DKIM1; p=\""), Fails = "AU-04" },
        Sender("a DKIM alias that leads nowhere") with { Zone = Zone(Spf, key: "s1._domainkey CNAME s1.keys"), Fails = "AU-04" },

        Sender("no DMARC") with { Zone = Zone(Spf, dmarc: ""), Fails = "AU-05" },
        Sender("two DMARC records") with { Zone = Zone(Spf, dmarc: Dmarc + "\n_dmarc TXT \"v=DMARC1; p=none\""), Fails = "AU-05" },
        Sender("DMARC with two semicolons") with { Zone = Zone(Spf, dmarc: "_dmarc TXT \"v=DMARC1; p=reject;; sp=none\""), Fails = "AU-05" },
        Sender("DMARC at the domain above") with
        {
            Zone = Zone(Spf) + "\nnews MX 10 mail\nnews TXT \"v=spf1 ip4:$ip -all\"\ns1._domainkey.news TXT $dkim", From = "news.$d",
        },
        Sender("a return path below the domain, relaxed, unsigned") with { Zone = Zone(Spf) + Bounce, ReturnPath = "bounce.$d", Selector = null },
        Sender("a return path below the domain, strict, unsigned") with
        {
            Zone = Zone(Spf, dmarc: "_dmarc TXT \"v=DMARC1; p=reject; aspf=s\"") + Bounce, ReturnPath = "bounce.$d", Selector = null, Fails = "AU-05",
        },
        Sender("a return path below the domain, strict, signed") with { Zone = Zone(Spf, dmarc: "_dmarc TXT \"v=DMARC1; p=reject; aspf=s; adkim=s\"") + Bounce, ReturnPath = "bounce.$d" },
        Sender("a return path elsewhere, signed") with { More = [Elsewhere], ReturnPath = "elsewhere$n.example", Informs = "AU-08" },
        Sender("a return path elsewhere, unsigned") with { More = [Elsewhere], ReturnPath = "elsewhere$n.example", Selector = null, Fails = "AU-05", Informs = "AU-08" },

        Sender("the return path has an address and no MX") with { Zone = Zone(Spf, mx: "@ A 198.18.255.9") },
        Sender("the return path has two MX, one without address") with { Zone = Zone(Spf, mx: "@ MX 10 gone\n@ MX 20 mail") },
        Sender("the return path has neither MX nor address") with { Zone = Zone(Spf, mx: ""), Fails = "AU-06" },
        Sender("the return path takes no mail") with { Zone = Zone(Spf, mx: "@ MX 0 ."), Fails = "AU-06" },
        Sender("the return path's MX has no address") with { Zone = Zone(Spf, mx: "@ MX 10 gone"), Fails = "AU-06" },
        Sender("the bounce domain does not exist") with { ReturnPath = "bounce.$d", Fails = "AU-01 AU-06" },
        Sender("the bounce domain has no MX") with { Zone = Zone(Spf) + "\nbounce TXT \"v=spf1 ip4:$ip -all\"", ReturnPath = "bounce.$d", Fails = "AU-06" },
        Bounced("the return path's host takes bounces", ScenarioMailHosts.Taking) with { Passes = "AU-06" },
        Bounced("the return path's host knows no such mailbox", ScenarioMailHosts.Refusing) with { Fails = "AU-06" },
        Bounced("the return path's host is not there", ScenarioMailHosts.Absent) with { Unknown = "AU-06" },
        Sender("nothing of it all") with { Zone = "mail A $ip", Fails = "AU-01 AU-04 AU-05 AU-06", Warns = "AU-02" },
    ];

    private const string Bounce = "\nbounce MX 10 mail\nbounce TXT \"v=spf1 ip4:$ip -all\"";

    private static (string, string) Elsewhere => ("elsewhere$n.example", "@ MX 10 mx\nmx A 198.18.255.9\n@ TXT \"v=spf1 ip4:$ip -all\"");

    private static Scenario Sender(string name, string spf = Spf, string mail = "mail $a $ip\nmail TXT \"v=spf1 a -all\"") =>
        new(name) { Zone = Zone(spf, mail: mail), From = "$d", Selector = "s1" };

    // The operator's mailboxes are another question (AU-09): they are where they should be.
    private static Scenario Bounced(string name, string host) => Sender(name) with
    {
        Zone = Zone(Spf, mx: $"@ MX 10 mx\nmx A {ScenarioMailHosts.Taking}\nbounces A {host}") + "\nbounce MX 10 bounces\nbounce TXT \"v=spf1 ip4:$ip -all\"", ReturnPath = "bounce.$d", AsksMailboxes = true,
    };

    private static string Zone(string spf, string mx = MX, string key = Key, string dmarc = Dmarc, string mail = "mail $a $ip\nmail TXT \"v=spf1 a -all\"") =>
        string.Join('\n', mail, spf, mx, key, dmarc);

    // Each a string of its own: together they are longer than one may be.
    private static string Terms(int count) => string.Join("\" \" ", Enumerable.Range(1, count).Select(i => $"a:h{i}.$d"));

    private static string Hosts(int count) => string.Join('\n', Enumerable.Range(1, count).Select(i => $"h{i} A 198.18.255.9"));
}
