using System.Net;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using static Namesake.Core.Tests.Identity.Probes.InboundScene;

namespace Namesake.Core.Tests.Identity.Probes;

/// <summary>TL-01 to TL-06: each failing with its exact neighbours, passing, unknown, not applicable, not observable.</summary>
public sealed class TlsAuditTests
{
    private static readonly string[] All = ["TL-01", "TL-02", "TL-03", "TL-04", "TL-05", "TL-06"];

    [Fact]
    public void Everything_right_passes_everything() =>
        Assert.All(All, check => Assert.True(Result(Facts, check).Outcome == CheckOutcome.Pass, Result(Facts, check).ToString()));

    [Fact]
    public void Nothing_looked_at_is_not_observable()
    {
        var facts = Facts with { Inbound = null, Certificates = null };
        Assert.All(All, check => Assert.Equal(CheckOutcome.NotObservable, Result(facts, check).Outcome));
    }

    [Fact]
    public void Where_nothing_listens_nothing_applies_but_what_is_configured()
    {
        var facts = Facts with { Inbound = new() { At = At, Reach = InboundReach.TakesNoMail, SeenAt = Now, Trouble = "nothing listens there", Dane = Dane() with { MxOf = [] } } };
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.NotApplicable, CheckOutcome.NotApplicable, CheckOutcome.NotApplicable, CheckOutcome.Pass, CheckOutcome.NotApplicable], Outcomes(facts));
        var bare = facts with { Certificates = null };
        Assert.Equal([CheckOutcome.NotObservable, CheckOutcome.NotApplicable, CheckOutcome.NotApplicable, CheckOutcome.NotApplicable, CheckOutcome.NotObservable, CheckOutcome.NotApplicable], Outcomes(bare));
    }

    [Fact]
    public void What_a_filter_swallows_is_unknown()
    {
        var facts = Facts with { Certificates = null, Inbound = new() { At = At, Reach = InboundReach.Unclear, SeenAt = Now, Trouble = "no answer to connecting within 20 s", Dane = Inbound.Dane } };
        Assert.Equal([CheckOutcome.NotObservable, CheckOutcome.Unknown, CheckOutcome.Unknown, CheckOutcome.Unknown, CheckOutcome.NotObservable, CheckOutcome.Unknown], Outcomes(facts));
        Assert.Contains("no answer to connecting", Result(facts, "TL-02").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_for_another_name_is_TL01_alone()
    {
        var facts = Presenting(Certificate("www.acme.example"));
        Assert.Equal(["TL-01"], BadOnes(facts));
        Assert.Contains("does not cover mail.acme.example", Result(facts, "TL-01").Seen, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.NotApplicable, Result(facts, "TL-06").Outcome);
    }

    [Theory]
    [InlineData("*.acme.example", true)]
    [InlineData("*.example", false)]
    [InlineData("*.mail.acme.example", false)]
    [InlineData("MAIL.acme.example", true)]
    public void A_wildcard_stands_for_one_label(string name, bool covers) =>
        Assert.Equal(covers ? CheckOutcome.Pass : CheckOutcome.Bad, Result(Presenting(Certificate(name)), "TL-01").Outcome);

    [Fact]
    public void An_expired_certificate_is_TL01_alone()
    {
        var facts = Presenting(Certificate(Ehlo) with { NotAfter = Now.AddDays(-1) });
        Assert.Equal(["TL-01"], BadOnes(facts));
        Assert.Contains("expired on 2026-11-25", Result(facts, "TL-01").Seen, StringComparison.Ordinal);
        Assert.Contains("Renew it", Result(facts, "TL-01").Fix, StringComparison.Ordinal);
        Assert.Contains("valid from 2026-11-27 only", Result(Presenting(Certificate(Ehlo) with { NotBefore = Now.AddDays(1) }), "TL-01").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_nobody_trusts_is_TL01_alone_and_one_nobody_could_judge_is_unknown()
    {
        var facts = Presenting(Certificate(Ehlo) with { ChainTrouble = "it is signed by itself" });
        Assert.Equal(["TL-01"], BadOnes(facts));
        Assert.Equal(CheckOutcome.Unknown, Result(Presenting(Certificate(Ehlo) with { ChainTrouble = null }), "TL-01").Outcome);
    }

    [Fact]
    public void A_handshake_the_server_ends_is_bad_and_one_that_broke_is_unknown()
    {
        var ended = Facts with { Inbound = Inbound with { Asked = new(null, "handshake failure", true), Unasked = null } };
        Assert.Equal(["TL-01"], BadOnes(ended));
        Assert.Equal([CheckOutcome.NotApplicable, CheckOutcome.NotApplicable], [Result(ended, "TL-04").Outcome, Result(ended, "TL-06").Outcome]);
        var broke = Facts with { Inbound = Inbound with { Asked = new(null, "the connection broke", false), Unasked = null } };
        Assert.Equal([CheckOutcome.Unknown, CheckOutcome.Unknown], [Result(broke, "TL-01").Outcome, Result(broke, "TL-04").Outcome]);
    }

    [Fact]
    public void Without_a_server_the_configured_certificate_counts()
    {
        var facts = Facts with { Inbound = null, Certificates = Certificates with { ForEhlo = Certificate("old.acme.example") } };
        Assert.Equal(["TL-01"], BadOnes(facts));
        Assert.StartsWith("configured is a certificate for old.acme.example", Result(facts, "TL-01").Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mx1.provider.example", Ehlo)]
    [InlineData(Ehlo, "mx1.provider.example")]
    [InlineData(null, null)]
    public void A_greeting_under_another_name_is_TL02_alone(string? greeting, string? answer)
    {
        var facts = Facts with { Inbound = Inbound with { Greeting = "220 hello", GreetingName = greeting, EhloName = answer } };
        Assert.Equal(["TL-02"], BadOnes(facts));
        Assert.Contains(greeting is null ? "without a host name (220 hello)" : "mx1.provider.example", Result(facts, "TL-02").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_relay_is_TL03_alone_and_told_with_who_asked()
    {
        var facts = Relaying(form => "250 2.1.5 Ok");
        Assert.Equal(["TL-03"], BadOnes(facts));
        var result = Result(facts, "TL-03");
        Assert.Contains("<namesake-relay-test@example.invalid> from <>", result.Seen, StringComparison.Ordinal);
        Assert.Contains("If 198.51.100.7 is one of those it shall relay for, ask from elsewhere", result.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RelayForm.OwnSender)]
    [InlineData(RelayForm.SourceRoute)]
    [InlineData(RelayForm.PercentHack)]
    [InlineData(RelayForm.Quoted)]
    [InlineData(RelayForm.BangPath)]
    public void One_form_is_enough(RelayForm open) =>
        Assert.Equal(["TL-03"], BadOnes(Relaying(form => form == open ? "250 Ok" : "554 5.7.1 Relay access denied")));

    [Fact]
    public void A_server_that_takes_any_name_of_its_own_domain_takes_the_old_routing_forms_as_such()
    {
        static bool Own(RelayForm form) => form is RelayForm.PercentHack or RelayForm.Quoted or RelayForm.BangPath or RelayForm.OwnDomain;
        Assert.Equal(CheckOutcome.Pass, Result(Relaying(form => Own(form) ? "250 Ok" : "550 5.7.1 Relaying denied"), "TL-03").Outcome);
    }

    [Theory]
    [InlineData("203.0.113.5")]
    [InlineData(null)]
    public void What_it_takes_from_an_address_of_our_own_proves_nothing(string? from)
    {
        var facts = Facts with { Inbound = Inbound with { AskedFrom = from is null ? null : IPAddress.Parse(from), Relay = Trial(form => "250 Ok") } };
        Assert.Equal(CheckOutcome.NotObservable, Result(facts, "TL-03").Outcome);
        Assert.Equal(CheckOutcome.Pass, Result(facts with { Inbound = facts.Inbound! with { Relay = Trial() } }, "TL-03").Outcome);
    }

    [Fact]
    public void Behind_translation_our_own_node_may_be_trusted()
    {
        var facts = Relaying(form => "250 Ok") with { Source = Scene.Source("acme", "203.0.113.5", Ehlo, local: "10.0.0.5"), Bind = new BindResult(true, null) };
        Assert.Equal(CheckOutcome.NotObservable, Result(facts, "TL-03").Outcome);
    }

    [Theory]
    [InlineData("454 4.7.1 <x>: Relay access denied", CheckOutcome.Pass)]
    [InlineData("550 5.7.1 Relaying denied", CheckOutcome.Pass)]
    [InlineData("550 relay not permitted", CheckOutcome.Pass)]
    [InlineData("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", CheckOutcome.Pass)]
    [InlineData("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", CheckOutcome.Pass)]
    [InlineData("550 5.1.2 Relay not allowed.", CheckOutcome.Pass)]
    [InlineData("550 Invalid recipient", CheckOutcome.Pass)]
    [InlineData("450 4.1.2 <x>: Recipient address rejected: Domain not found", CheckOutcome.Unknown)]
    [InlineData("550 5.1.2 <x>: Recipient address rejected: Domain not found", CheckOutcome.Unknown)]
    [InlineData("556 5.1.10 <x>: Recipient address rejected: Domain does not accept mail (nullMX)", CheckOutcome.Unknown)]
    [InlineData("550 Unrouteable address", CheckOutcome.Unknown)]
    [InlineData("450 4.2.0 <x>: Recipient address rejected: Greylisted", CheckOutcome.Unknown)]
    [InlineData("554 5.7.1 Client host rejected: cannot find your reverse hostname, [198.51.100.7]", CheckOutcome.Unknown)]
    [InlineData("550 5.7.1 Service unavailable; client blocked using zen.spamhaus.org", CheckOutcome.Unknown)]
    [InlineData("421 4.3.2 shutting down", CheckOutcome.Unknown)]
    public void A_refusal_counts_when_it_is_about_relaying(string reply, CheckOutcome outcome)
    {
        var facts = Relaying(form => reply);
        Assert.Equal(outcome, Result(facts, "TL-03").Outcome);
        Assert.Empty(BadOnes(facts));
    }

    [Fact]
    public void Relaying_that_was_not_tried_is_not_observable() =>
        Assert.Equal(CheckOutcome.NotObservable, Result(Facts with { Inbound = Inbound with { Relay = null } }, "TL-03").Outcome);

    [Fact]
    public void A_certificate_no_TLSA_record_fits_is_TL04_alone_with_the_record_to_publish()
    {
        var facts = WithDane(Dane(Tlsa(3, 1, 1, SHA256.HashData("old key"u8))));
        Assert.Equal(["TL-04"], BadOnes(facts));
        Assert.Contains($"_25._tcp.mail.acme.example. TLSA 3 1 1 {Convert.ToHexStringLower(SHA256.HashData("key"u8))}", Result(facts, "TL-04").Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_usable_record_may_fit_in_any_form()
    {
        foreach (var record in new[]
        {
            Tlsa(3, 0, 0, "whole"u8), Tlsa(3, 1, 0, "key"u8), Tlsa(3, 0, 1, SHA256.HashData("whole"u8)), Tlsa(3, 1, 2, SHA512.HashData("key"u8)),
            Tlsa(2, 0, 1, SHA256.HashData("authority"u8)), Tlsa(2, 1, 1, SHA256.HashData("authority's key"u8)),
        })
            Assert.Equal(CheckOutcome.Pass, Result(WithDane(Dane(Tlsa(3, 1, 1, SHA256.HashData("next key"u8)), record)), "TL-04").Outcome);
        Assert.Equal(["TL-04"], BadOnes(WithDane(Dane(Tlsa(3, 0, 1, SHA256.HashData("authority"u8)))))); // DANE-EE is about the server's own
    }

    [Fact]
    public void Names_and_dates_count_for_an_authoritys_record_and_not_for_the_servers_own()
    {
        var expired = Certificate(Ehlo) with { NotAfter = Now.AddDays(-1) };
        Assert.Equal(["TL-01"], BadOnes(Presenting(expired)));
        var facts = Presenting(expired);
        Assert.Equal(["TL-01", "TL-04"], BadOnes(facts with { Inbound = facts.Inbound! with { Dane = Dane(Tlsa(2, 0, 1, SHA256.HashData("authority"u8))) } }));
    }

    [Fact]
    public void Records_that_cannot_be_used_for_mail_are_bad()
    {
        foreach (var record in new[] { Tlsa(1, 1, 1, SHA256.HashData("key"u8)), Tlsa(3, 2, 1, SHA256.HashData("key"u8)), Tlsa(3, 1, 1, "short"u8), Tlsa(3, 1, 9, "x"u8) })
            Assert.Equal(["TL-04"], BadOnes(WithDane(Dane(record))));
    }

    [Fact]
    public void TLSA_records_promise_STARTTLS()
    {
        var facts = Facts with { Inbound = Inbound with { OffersStartTls = false, Asked = null, Unasked = null } };
        Assert.Equal(["TL-04"], BadOnes(facts));
        Assert.Equal([CheckOutcome.Pass, CheckOutcome.NotApplicable], [Result(facts, "TL-01").Outcome, Result(facts, "TL-06").Outcome]); // TL-01: what is configured
    }

    [Fact]
    public void Without_the_word_of_a_validating_resolver_TLSA_is_unknown()
    {
        var dane = Dane(Tlsa(3, 1, 1, SHA256.HashData("old key"u8)));
        Assert.Equal(CheckOutcome.Unknown, Result(WithDane(dane with { Tlsa = dane.Tlsa! with { Authenticated = false } }), "TL-04").Outcome);
        Assert.Equal(CheckOutcome.Unknown, Result(WithDane(dane with { Tlsa = dane.Tlsa! with { Outcome = DnsOutcome.ServerFailure, Records = [] } }), "TL-04").Outcome);
        Assert.Equal(UnknownCause.Silent, Result(WithDane(dane with { Tlsa = dane.Tlsa! with { Outcome = DnsOutcome.TimedOut, Records = [] } }), "TL-04").Cause);
    }

    [Fact]
    public void A_name_that_is_no_MX_or_has_no_TLSA_owes_nothing()
    {
        Assert.Equal(CheckOutcome.NotApplicable, Result(WithDane(Dane()), "TL-04").Outcome);
        Assert.Equal(CheckOutcome.NotApplicable, Result(WithDane(Dane() with { MxOf = [], Tlsa = null }), "TL-04").Outcome);
        Assert.Equal(CheckOutcome.Unknown, Result(WithDane(new DaneFacts([], [Answer("acme.example", RecordType.MX, DnsOutcome.TimedOut)], null)), "TL-04").Outcome);
    }

    [Theory]
    [InlineData("www.beta.example", "beta")]
    [InlineData("*.beta.example", "beta")]
    [InlineData("mx.provider.example", "gamma")]
    public void A_certificate_that_names_another_brand_is_TL05_alone(string name, string brand)
    {
        var facts = Presenting(Certificate(Ehlo, name));
        Assert.Equal(["TL-05"], BadOnes(facts));
        Assert.Contains($"of brand {brand}", Result(facts, "TL-05").Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_nobody_and_of_ones_own_brand_link_nothing() =>
        Assert.Equal(CheckOutcome.Pass, Result(Presenting(Certificate(Ehlo, "www.acme.example", "elsewhere.example", "provider.example")), "TL-05").Outcome);

    [Fact]
    public void Another_brands_certificate_unasked_is_TL06_alone()
    {
        var facts = Facts with { Inbound = Inbound with { Unasked = Tls("mail.beta.example") } };
        Assert.Equal(["TL-06"], BadOnes(facts));
        Assert.Contains("presents a certificate for mail.beta.example to clients that name no server", Result(facts, "TL-06").Seen, StringComparison.Ordinal);
        Assert.Equal(["TL-06"], BadOnes(Facts with { Inbound = Inbound with { Unasked = new(null, "unrecognised name", true) } }));
        Assert.Equal(CheckOutcome.Unknown, Result(Facts with { Inbound = Inbound with { Unasked = new(null, "the connection broke", false) } }, "TL-06").Outcome);
        Assert.Equal(CheckOutcome.NotObservable, Result(Facts with { Inbound = Inbound with { Unasked = null } }, "TL-06").Outcome);
    }

    [Fact]
    public void A_listener_on_the_address_that_presents_another_unasked_is_TL06()
    {
        var at = new IPEndPoint(Acme.LocalAddress, 465);
        var right = new ListenerCertificates(at, Certificate(Ehlo), Certificate(Ehlo));
        var facts = Facts with { Inbound = null, Certificates = Certificates with { Listeners = [right, right with { Unasked = Certificate("mail.beta.example") }] } };
        Assert.Equal(["TL-06"], BadOnes(facts));
        Assert.Equal(CheckOutcome.Pass, Result(facts with { Certificates = Certificates with { Listeners = [right] } }, "TL-06").Outcome);
        Assert.Equal(CheckOutcome.NotApplicable, Result(facts with { Certificates = Certificates with { Listeners = [right with { Asked = Certificate("x.example") }] } }, "TL-06").Outcome);
    }

    [Fact]
    public void None_of_them_holds_by_itself() =>
        Assert.All(TlsAudit.All.Concat(ReputationAudit.All), check => Assert.NotEqual(FindingSeverity.Hold, check.Card.Severity));

    private static IdentityFacts Presenting(CertificateSight certificate) =>
        Facts with { Inbound = Inbound with { Asked = new(certificate, "", false), Unasked = new(certificate, "", false) } };

    private static IdentityFacts Relaying(Func<RelayForm, string> reply) => Facts with { Inbound = Inbound with { Relay = Trial(reply) } };

    private static IdentityFacts WithDane(DaneFacts dane) => Facts with { Inbound = Inbound with { Dane = dane } };

    private static CheckOutcome[] Outcomes(IdentityFacts facts) => [.. All.Select(check => Result(facts, check).Outcome)];
}
