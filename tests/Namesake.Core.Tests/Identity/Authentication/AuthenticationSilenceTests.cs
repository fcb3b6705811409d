using CsCheck;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Checks;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>Nobody's silence is held against anybody.</summary>
public sealed class AuthenticationSilenceTests
{
    private static readonly DnsOutcome[] Silences = [DnsOutcome.TimedOut, DnsOutcome.ServerFailure, DnsOutcome.Refused, DnsOutcome.Lame, DnsOutcome.Malformed, DnsOutcome.Unreachable];

    private static readonly string[] Policies =
    [
        "v=spf1 ip4:203.0.113.5 -all", "v=spf1 include:_spf.provider.example -all", "v=spf1 redirect=_spf.provider.example", "v=spf1 a:mail.acme.example -all", "v=spf1 mx:acme.example a:mail.acme.example ~all",
        "v=spf1 exists:out.provider.example -all",
    ];

    [Fact]
    public void Whatever_falls_silent_where_all_is_in_order_nothing_turns_bad() =>
        Gen.Select(Gen.Int[0, (1 << AuthenticationScene.Places.Length) - 1], Gen.Int[0, Silences.Length - 1], Gen.Int[0, Policies.Length - 1], Gen.Bool).Sample((silent, how, policy, isSubdomain) =>
        {
            var scene = InOrder(Policies[policy], isSubdomain);
            for (var i = 0; i < AuthenticationScene.Places.Length; i++)
                if ((silent >> i & 1) == 1)
                    scene.Dns.Trouble(AuthenticationScene.Places[i].Name, AuthenticationScene.Places[i].Type, Silences[(how + i) % Silences.Length]);
            var results = scene.JudgeAsync().GetAwaiter().GetResult();
            return results.All(result => !result.IsBad && (silent != 0 || result.Outcome != CheckOutcome.Unknown));
        }, iter: 2000);

    [Fact]
    public void Silence_never_makes_a_fault_pass() =>
        Gen.Select(Gen.Int[0, (1 << AuthenticationScene.Places.Length) - 1], Gen.Int[0, Silences.Length - 1]).Sample((silent, how) =>
        {
            var scene = InOrder("v=spf1 include:_spf.provider.example -all", isSubdomain: false);
            scene.Dns.Set("_spf.provider.example", RecordType.Txt, "v=spf1 ip4:198.51.100.1 -all").Without("s1._domainkey.acme.example", RecordType.Txt).Without("_dmarc.acme.example", RecordType.Txt);
            for (var i = 0; i < AuthenticationScene.Places.Length; i++)
                if ((silent >> i & 1) == 1)
                    scene.Dns.Trouble(AuthenticationScene.Places[i].Name, AuthenticationScene.Places[i].Type, Silences[(how + i) % Silences.Length]);
            return scene.JudgeAsync().GetAwaiter().GetResult().Where(result => result.Check is "AU-01" or "AU-04" or "AU-05").All(result => result.Outcome is CheckOutcome.Bad or CheckOutcome.Unknown);
        }, iter: 1000);

    private static AuthenticationScene InOrder(string policy, bool isSubdomain)
    {
        var scene = new AuthenticationScene();
        scene.Dns.Set("acme.example", RecordType.Txt, policy).With("_spf.provider.example TXT v=spf1 a:out.provider.example ip4:203.0.113.5 -all", "out.provider.example A 198.51.100.1");
        if (isSubdomain)
            scene.Senders = [scene.Senders[0] with { From = DomainName.Parse("news.acme.example") }];
        return scene;
    }
}
