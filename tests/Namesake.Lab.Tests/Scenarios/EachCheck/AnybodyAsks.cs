using System.Globalization;
using System.Net;
using System.Text.Json;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.Names;
using Namesake.Lab.Tests.Lab.Receivers;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What <c>namesake check</c> looks at when it is asked to: the mailboxes and the page of the operator, whether the address relays, and with which resolver it looks.</summary>
/// <remarks>The command takes no test range for the Internet, so the lab's Postfix is looked at under addresses that everybody takes for public ones. No wire of the lab leads there: the
/// host that asks leads what is meant for them to Postfix.</remarks>
public sealed class AnybodyAsks(LabFixture lab) : LabTest(lab)
{
    private const string Name = "mx.postfix.example";
    private const int WebPort = 8080;

    private static readonly IPAddress Address = IPAddress.Parse("198.51.101.21");
    private static readonly IPAddress MailHost = IPAddress.Parse("198.51.101.22");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Lab.Authority.SetAsync(Name, "A", $"{Address}");
        await Lab.Authority.SetAsync(Reverse.NameOf(Address), "PTR", $"{Name}.");
    }

    [Fact]
    [Trait("Check", "TL-03")]
    public async Task A_Postfix_that_takes_the_world_for_its_own_network_is_TL03()
    {
        async Task<AuditSeen> AskAsync(int door)
        {
            await using var leads = await LeadAsync(Lab.Edge, (Address, 25, door));
            return await CheckAsync(Lab.Edge, Address, LabPlan.Resolver, "--try-relaying");
        }

        var (sound, open) = (await AskAsync(PostfixDoor.Closed), await AskAsync(PostfixDoor.OpenRelay));

        Fails("TL-03", sound, open, "TL-03 FAIL");
    }

    [Fact]
    [Trait("Check", "AU-09")]
    [Trait("Check", "AU-10")]
    public async Task An_operator_that_cannot_be_written_to_is_AU09_and_one_that_does_not_say_who_he_is_AU10()
    {
        var tower = await Lab.WatchtowerAsync();
        await Lab.Authority.SetAsync("mail.postfix.example", "A", $"{MailHost}"); // first: BIND refuses an MX without an address
        await Lab.Authority.SetAsync("postfix.example", "MX", "10 mail.postfix.example.");
        await Lab.Authority.SetAsync("postfix.example", "A", $"{MailHost}");
        // The conversation with the mail host leaves from the address that is looked at; without a route nothing would reach the rules that lead it.
        string[] way = [$"addr add {Address}/32 dev eth0", "route add 198.51.101.0/24 via 198.51.100.1"];
        await tower.IpAsync(way);
        await using var undo = new Undo(() => tower.IpAsync([.. way.Reverse().Select(step => step.Replace(" add ", " del ", StringComparison.Ordinal))]));
        var site = Directory.CreateDirectory(Path.Combine(tower.Folder, "site")).FullName;
        await using var web = tower.Start("python3", "-m", "http.server", $"{WebPort}", "--bind", $"{LabPlan.Watchtower}", "--directory", site);
        await Eventually.TrueAsync("the web server listens", async () => (await tower.RunAsync("python3", "-c", $"import socket; socket.create_connection(('{LabPlan.Watchtower}', {WebPort}), 5)")).ExitCode == 0, seen: () => web.Tail());

        async Task<AuditSeen> AskAsync(int door, string page)
        {
            await File.WriteAllTextAsync(Path.Combine(site, "index.html"), page);
            await using var leads = await LeadAsync(tower, (MailHost, 25, door));
            return await CheckAsync(tower, Address, LabPlan.OutsideResolver, "--mailboxes", "--page");
        }

        const string Page = "<html><body>Postfix, run by the lab. <a href=\"mailto:postmaster@postfix.example\">Write to us</a></body></html>";
        var sound = await AskAsync(PostfixDoor.Closed, Page);
        var deaf = await AskAsync(PostfixDoor.OneMailbox, Page);
        var nameless = await AskAsync(PostfixDoor.Closed, "<html><body>It works!</body></html>");

        Fails("AU-09", sound, deaf, "AU-09 WARN");
        Fails("AU-10", sound, nameless, "AU-10 WARN");
    }

    [Fact]
    [Trait("Check", "EG-05")]
    [Trait("Check", "FB-09")]
    public async Task An_address_kept_for_documentation_is_EG05_and_a_resolver_that_invents_answers_FB09()
    {
        var tower = await Lab.WatchtowerAsync();
        await using var liar = await Resolver.StartAsync(tower, LabPlan.Watchtower, "local-zone: \"com.\" redirect", "local-data: \"com. A 192.0.2.66\"");
        await Eventually.TrueAsync("it answers", async () => (await tower.RunAsync("dig", "+short", "+tries=1", "+time=1", $"@{LabPlan.Watchtower}", "nothing.com", "A")).Output.Trim() == "192.0.2.66", seen: () => liar.Log);

        var looks = await Task.WhenAll(
            CheckAsync(tower, Address, LabPlan.OutsideResolver),
            CheckAsync(tower, LabBrand.Acme.Public, LabPlan.OutsideResolver, name: LabBrand.Acme.Ehlo),
            CheckAsync(tower, Address, LabPlan.Watchtower));
        var (sound, reserved, deceived) = (looks[0], looks[1], looks[2]);

        Fails("EG-05", sound, reserved, "EG-05 WARN");
        Fails("FB-09", sound, deceived, "FB-09 WARN");
        Assert.Equal(("aligned", "unknown"), (sound.Verdict, deceived.Verdict));
        Assert.Equal(("pass", "unknown"), (sound.Of("PT-01").Outcome, deceived.Of("PT-01").Outcome));
    }

    private static void Fails(string check, AuditSeen sound, AuditSeen broken, params string[] expected)
    {
        Assert.True(sound.Of(check).Outcome == "pass", sound.ToString());
        Assert.True(broken.Of(check).Outcome == "bad" && broken.Failing.Except(sound.Failing).SequenceEqual(expected), $"{sound}\n{broken}");
    }

    private static async Task<AuditSeen> CheckAsync(LabHost host, IPAddress address, IPAddress resolver, params string[] options) => await CheckAsync(host, address, resolver, Name, options);

    private static async Task<AuditSeen> CheckAsync(LabHost host, IPAddress address, IPAddress resolver, string name, params string[] options)
    {
        var said = await host.RunAsync("dotnet", [LabRequirements.Relay, "check", name, "--ip", $"{address}", "--resolver", $"{resolver}:53", "--json", .. options]);
        var report = JsonSerializer.Deserialize<Report>(said.Output[said.Output.IndexOf('{', StringComparison.Ordinal)..], JsonSerializerOptions.Web)!;
        return Assert.Single(report.Identities);
    }

    // The host's own packets alone; the web is on the host itself.
    private static Task<FirewallTable> LeadAsync(LabHost host, (IPAddress Address, int Port, int Door) mail) => FirewallTable.LoadAsync(host, "ip lead", string.Create(CultureInfo.InvariantCulture,
        $$"""
        chain out {
            type nat hook output priority -100
            ip daddr {{mail.Address}} tcp dport {{mail.Port}} dnat to {{LabPlan.Postfix}}:{{mail.Door}}
            ip daddr {{MailHost}} tcp dport 80 dnat to {{LabPlan.Watchtower}}:{{WebPort}}
            ip daddr {{MailHost}} tcp dport 443 dnat to {{LabPlan.Watchtower}}:1
        }
        chain post {
            type nat hook postrouting priority srcnat
            ip saddr {{Address}} masquerade
        }
        """));

    private sealed record Report(IReadOnlyList<AuditSeen> Identities);
}
