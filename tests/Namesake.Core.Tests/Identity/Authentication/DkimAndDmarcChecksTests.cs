using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>AU-04, AU-05 and AU-08.</summary>
public sealed class DkimAndDmarcChecksTests
{
    private const string Selector = "s1._domainkey.acme.example";

    private readonly AuthenticationScene _scene = new();

    [Fact]
    public async Task A_selector_without_a_record_gets_its_record()
    {
        _scene.Dns.Without(Selector, RecordType.Txt);
        var result = await _scene.OnlyBadAsync("AU-04");
        Assert.Equal($"{Selector} does not exist (NXDOMAIN)", result.Seen);
        Assert.Equal($"Add the record {Selector}. TXT {AuthenticationScene.Signer.RecordStrings}", result.Fix);
    }

    [Fact]
    public async Task Another_key_is_replaced_by_the_one_that_signs()
    {
        _scene.Dns.Set(Selector, RecordType.Txt, AuthenticationScene.OtherSigner.RecordText);
        var result = await _scene.OnlyBadAsync("AU-04");
        Assert.Contains("another key than the one that signs", result.Seen, StringComparison.Ordinal);
        Assert.Equal($"Replace what is there by the one record {Selector}. TXT {AuthenticationScene.Signer.RecordStrings}", result.Fix);
    }

    [Theory]
    [InlineData("v=DKIM1; p=", "withdrawn")]
    [InlineData("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "another kind (ed25519)")]
    [InlineData("v=DKIM2; p=abc", "v= must be DKIM1")]
    [InlineData("v=DKIM1; k=rsa", "p=, the public key, is missing")]
    [InlineData("v=DKIM1; k=rsa; p=MIGf", "no RSA key")]
    [InlineData("hello", "has no =")]
    public async Task What_receivers_cannot_use_is_told(string published, string seen)
    {
        _scene.Dns.Set(Selector, RecordType.Txt, published);
        Assert.Contains(seen, (await _scene.OnlyBadAsync("AU-04")).Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("; s=tlsrpt", "not for mail", FindingSeverity.Fail)]
    [InlineData("; h=sha1", "no sha256", FindingSeverity.Fail)]
    [InlineData("; t=y", "marked as a test", FindingSeverity.Warn)]
    public async Task The_right_key_may_be_marked_unusable(string more, string seen, FindingSeverity severity)
    {
        _scene.Dns.Set(Selector, RecordType.Txt, AuthenticationScene.Signer.RecordText + more);
        var result = await _scene.OnlyBadAsync("AU-04");
        Assert.Contains(seen, result.Seen, StringComparison.Ordinal);
        Assert.Equal(severity, Catalogue.Find("AU-04")!.SeverityUnder(IdentityPolicy.Strict, result));
    }

    [Fact]
    public async Task Two_records_at_a_selector_are_one_too_many()
    {
        _scene.Dns.Set(Selector, RecordType.Txt, AuthenticationScene.Signer.RecordText, AuthenticationScene.OtherSigner.RecordText);
        Assert.Contains("2 TXT records", (await _scene.OnlyBadAsync("AU-04")).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_behind_an_alias_counts()
    {
        _scene.Dns.Without(Selector, RecordType.Txt).With($"{Selector} CNAME s1.keys.provider.example", $"s1.keys.provider.example TXT {AuthenticationScene.Signer.RecordText}");
        Assert.Equal(CheckOutcome.Pass, (await _scene.OfAsync("AU-04")).Outcome);
    }

    [Fact]
    public async Task A_selector_that_was_only_named_passes_by_a_sound_key_and_says_what_was_not_compared()
    {
        _scene.Senders = [_scene.Senders[0] with { Keys = [SenderKey.Named(DomainName.Parse("acme.example"), "S1")!] }];
        var result = await _scene.OfAsync("AU-04");
        Assert.Equal(CheckOutcome.Pass, result.Outcome);
        Assert.Contains("not compared", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unsigned_mail_has_no_key_to_judge_and_DMARC_by_SPF_alone()
    {
        _scene.Senders = [_scene.Senders[0] with { Keys = [] }];
        Assert.Equal((CheckOutcome.NotApplicable, CheckOutcome.Pass), ((await _scene.OfAsync("AU-04")).Outcome, (await _scene.OfAsync("AU-05")).Outcome));
        Assert.Contains("not signed", (await _scene.OfAsync("AU-05")).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_on_its_way_or_nobody_answers_for_is_unknown()
    {
        _scene.Dns.Lag(Selector, RecordType.Txt, AuthenticationScene.OtherSigner.RecordText);
        Assert.Equal((CheckOutcome.Unknown, UnknownCause.PartlyPropagated), ((await _scene.OfAsync("AU-04")).Outcome, (await _scene.OfAsync("AU-04")).Cause));
        _scene.Dns.Silence(Selector);
        var result = await _scene.OfAsync("AU-04");
        Assert.Equal((CheckOutcome.Unknown, UnknownCause.Silent, "acme"), (result.Outcome, result.Cause, result.Zone?.Split('.')[0]));
    }

    [Fact]
    public async Task A_domain_without_DMARC_gets_the_mildest()
    {
        _scene.Dns.Without("_dmarc.acme.example", RecordType.Txt);
        var result = await _scene.OnlyBadAsync("AU-05");
        Assert.Equal("no DMARC record for acme.example", result.Seen);
        Assert.StartsWith("Add the record _dmarc.acme.example. TXT \"v=DMARC1; p=none\"", result.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=DMARC1; p=foo", "no p= that receivers know")]
    [InlineData("v=DMARC1; p=none; p=none", "twice")]
    [InlineData("v=DMARC1; none", "has no =")]
    public async Task A_DMARC_record_that_receivers_cannot_use_is_told(string published, string seen)
    {
        _scene.Dns.Set("_dmarc.acme.example", RecordType.Txt, published);
        Assert.Contains(seen, (await _scene.OnlyBadAsync("AU-05")).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_DMARC_records_are_none()
    {
        _scene.Dns.Set("_dmarc.acme.example", RecordType.Txt, "v=DMARC1; p=none", "v=DMARC1; p=reject");
        Assert.Contains("2 DMARC records", (await _scene.OnlyBadAsync("AU-05")).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_of_the_organisation_covers_names_below()
    {
        _scene.Senders = [Sender("news.acme.example", "bounce.acme.example")];
        _scene.Dns.With("bounce.acme.example TXT v=spf1 ip4:203.0.113.5 -all", "bounce.acme.example MX 10 mx.acme.example");
        Assert.Equal(CheckOutcome.Pass, (await _scene.OfAsync("AU-05")).Outcome);
    }

    [Theory]
    [InlineData("v=DMARC1; p=none; aspf=s; adkim=s", CheckOutcome.Bad)]
    [InlineData("v=DMARC1; p=none; aspf=s", CheckOutcome.Pass)]
    [InlineData("v=DMARC1; p=none; adkim=s", CheckOutcome.Pass)]
    public async Task Strict_alignment_wants_the_very_domain(string policy, CheckOutcome outcome)
    {
        _scene.Senders = [Sender("news.acme.example", "bounce.acme.example") with { Keys = _scene.Senders[0].Keys }];
        _scene.Dns.Set("_dmarc.acme.example", RecordType.Txt, policy);
        Assert.Equal(outcome, (await _scene.OfAsync("AU-05")).Outcome);
    }

    [Fact]
    public async Task Neither_return_path_nor_signature_of_the_domain_in_From_is_told()
    {
        _scene.Senders = [Sender("acme.example", "bounces.provider.example")];
        _scene.Dns.With("bounces.provider.example TXT v=spf1 ip4:203.0.113.5 -all", "bounces.provider.example MX 10 mx.acme.example");
        Assert.Equal(["AU-05", "AU-08"], (await _scene.JudgeAsync()).Where(result => result.IsBad).Select(result => result.Check)); // and for the reader: two organisations
        var result = await _scene.OfAsync("AU-05");
        Assert.Contains("not in line with From", result.Seen, StringComparison.Ordinal);
        Assert.Equal("Sign its mail with a key of acme.example (dkim of the brand), or give it a return path of acme.example", result.Fix);
    }

    [Fact]
    public async Task What_only_the_older_rule_holds_together_is_a_warning()
    {
        _scene.Dns.Without("_dmarc.acme.example", RecordType.Txt).With("_dmarc.news.acme.example TXT v=DMARC1; p=none", "bounce.acme.example TXT v=spf1 ip4:203.0.113.5 -all", "bounce.acme.example MX 10 mx.acme.example");
        _scene.Senders = [Sender("news.acme.example", "bounce.acme.example")];
        var result = await _scene.OnlyBadAsync("AU-05");
        Assert.Equal(FindingSeverity.Warn, Catalogue.Find("AU-05")!.SeverityUnder(IdentityPolicy.Strict, result));
        Assert.Contains("_dmarc.acme.example. TXT \"v=DMARC1; p=none\"", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DMARC_nobody_answers_for_is_unknown()
    {
        _scene.Dns.Silence("_dmarc.acme.example");
        Assert.Equal(CheckOutcome.Unknown, (await _scene.OfAsync("AU-05")).Outcome);
    }

    [Fact]
    public async Task Forwarded_mail_has_somebody_elses_From()
    {
        _scene.Senders = [.. _scene.Senders, Sender("srs.acme.example", "srs.acme.example") with { IsForForwarding = true }];
        _scene.Dns.With("srs.acme.example TXT v=spf1 ip4:203.0.113.5 -all", "srs.acme.example MX 10 mx.acme.example");
        Assert.DoesNotContain("srs", (await _scene.OfAsync("AU-05")).Seen, StringComparison.Ordinal);
        _scene.Dns.Without("srs.acme.example", RecordType.Txt);
        await _scene.OnlyBadAsync("AU-01");
    }

    [Fact]
    public async Task Who_stands_behind_which_name_is_shown_and_counts_for_nothing()
    {
        _scene.Source = Scene.Source("acme", "203.0.113.5", "out.neutral.example");
        _scene.Dns.With("out.neutral.example A 203.0.113.5", "out.neutral.example TXT v=spf1 a -all");
        var result = await _scene.OnlyBadAsync("AU-08");
        Assert.Equal("From acme.example: EHLO out.neutral.example is of neutral.example", result.Seen);
        Assert.Equal(FindingSeverity.Info, Catalogue.Find("AU-08")!.SeverityUnder(IdentityPolicy.Strict, result));
    }

    private static SenderIdentity Sender(string from, string returnPath) => new() { From = DomainName.Parse(from), ReturnPath = DomainName.Parse(returnPath), Keys = ImmutableArray<SenderKey>.Empty };
}
