using System.Text;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Headers;

namespace Namesake.Core.Tests.Brands;

public sealed class BrandSelectionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string, string> EveryCombination()
    {
        string[] signals = ["", "acme", "bravo", "forwarder"];
        string[] senders = ["ann@acme.test", "bob@bravo.test", "cat@forwarder.test", "dan@elsewhere.test", "<>"];
        var data = new TheoryData<string, string, string, string>();
        foreach (var listener in signals)
            foreach (var user in signals)
                foreach (var client in signals)
                    foreach (var sender in senders)
                        data.Add(listener, user, client, sender);
        return data;
    }

    // The rule said a second time, as a postmaster would: count the brands that are named, then look at the sender.
    [Theory]
    [MemberData(nameof(EveryCombination))]
    public void Every_combination_of_signals_is_chosen_undecided_or_refused_by_the_rule(string listener, string user, string client, string sender)
    {
        var ownerOfSender = sender switch { "ann@acme.test" => "acme", "bob@bravo.test" => "bravo", "cat@forwarder.test" => "forwarder", _ => "" };
        var named = new[] { listener, user, client, ownerOfSender }.Where(name => name.Length > 0).ToHashSet();

        var choice = AtMail(listener, user, client, sender);

        switch (named.Count)
        {
            case > 1:
                var reason = Assert.IsType<BrandRejected>(choice).Reason;
                Assert.True(named.Count(name => reason.Contains($"brand {name}", StringComparison.Ordinal)) == 2, reason);
                break;
            case 0:
                if (sender == "<>")
                    Assert.IsType<BrandUndecided>(choice);
                else
                    Assert.Contains("No brand here sends for elsewhere.test", Assert.IsType<BrandRejected>(choice).Reason, StringComparison.Ordinal);
                break;
            default:
                if (sender != "dan@elsewhere.test")
                {
                    var chosen = Assert.IsType<BrandChosen>(choice);
                    Assert.Equal(named.Single(), chosen.Brand.Id.Value);
                    Assert.Equal(sender == "<>" ? null : sender, chosen.Sender?.ToString());
                }
                else if (named.Single() == "forwarder")
                {
                    var forwarded = Assert.IsType<BrandChosen>(choice);
                    Assert.Equal(FromRule.Any, forwarded.From);
                    Assert.Equal("fw.test", forwarded.Sender!.Domain.Value);
                    Assert.EndsWith("=elsewhere.test=dan", forwarded.Sender.LocalPart, StringComparison.Ordinal);
                }
                else
                    Assert.Contains($"elsewhere.test is not a sender domain of brand {named.Single()}", Assert.IsType<BrandRejected>(choice).Reason, StringComparison.Ordinal);
                break;
        }
    }

    [Fact]
    public void A_conflict_names_the_two_signals_most_trusted_first()
    {
        Assert.Equal("This listener belongs to brand acme, the sender domain bravo.test to brand bravo: they must agree", Reason(AtMail("acme", "", "", "bob@bravo.test")));
        Assert.Equal("The authenticated user belongs to brand bravo, the client's address to brand acme: they must agree", Reason(AtMail("", "bravo", "acme", "<>")));
    }

    [Fact]
    public void A_sub_domain_of_a_sender_domain_is_not_the_brands() =>
        Assert.IsType<BrandRejected>(AtMail("acme", "", "", "ann@sub.acme.test"));

    [Fact]
    public void The_return_path_domain_is_the_brands_in_the_envelope_but_not_in_From()
    {
        var chosen = Assert.IsType<BrandChosen>(AtMail("", "", "", "bounce-1@bounces.acme.test"));
        Assert.Equal(SomeBrands.Acme, chosen.Brand.Id);
        Assert.IsType<BrandChosen>(AtContent(chosen, "From: ann@acme.test"));
        Assert.IsType<BrandRejected>(AtContent(chosen, "From: ann@bounces.acme.test"));
    }

    [Fact]
    public void A_forwarded_sender_that_does_not_fit_is_refused_with_the_reason() =>
        Assert.Contains("longer than 254 octets", Reason(AtMail("forwarder", "", "", new string('x', 239) + "@elsewhere.test")), StringComparison.Ordinal);

    [Theory]
    [InlineData("From: ann@acme.test", true)]
    [InlineData("From: Ann <ANN@ACME.TEST>", true)]
    [InlineData("From: ann@acme.test, other@acme.test", true)]
    [InlineData("Subject: no From at all", true)]
    [InlineData("From: ann@elsewhere.test", false)]
    [InlineData("From: bob@bravo.test", false)]
    [InlineData("From: ann@sub.acme.test", false)]
    [InlineData("From: ann@acme.test, bob@bravo.test", false)]
    [InlineData("From: ann@acme.test\r\nFrom: bob@bravo.test", false)]
    [InlineData("From: ann@acme.test\r\nFrom: ann@acme.test", false)]
    [InlineData("From: root", false)]
    [InlineData("From: \"bob@bravo.test\" <ann@acme.test>", true)]
    public void From_must_be_the_brands_own(string header, bool accepted) =>
        Assert.Equal(accepted, AtContent(AtMail("", "", "", "ann@acme.test"), header) is BrandChosen);

    [Fact]
    public void From_of_another_brand_is_refused_with_both_brands_named()
    {
        var reason = Reason(AtContent(AtMail("acme", "", "", "ann@acme.test"), "From: bob@bravo.test"));
        Assert.Equal("The message belongs to brand acme, its From address (bravo.test) to brand bravo: they must agree", reason);
    }

    [Fact]
    public void A_forwarded_message_keeps_its_authors_From() =>
        Assert.IsType<BrandChosen>(AtContent(AtMail("forwarder", "", "", "dan@elsewhere.test"), "From: dan@elsewhere.test"));

    [Theory]
    // listener, nullSenderBrand, From → brand, or nothing when refused
    [InlineData("", "", "From: ann@acme.test", "acme")]
    [InlineData("", "", "From: bob@bravo.test", "bravo")]
    [InlineData("", "", "From: ann@acme.test, bob@bravo.test", "")]
    [InlineData("", "", "From: ann@acme.test, dan@elsewhere.test", "")]
    [InlineData("", "", "From: postmaster@exchange.internal", "")]
    [InlineData("", "", "Subject: nothing", "")]
    [InlineData("", "bravo", "From: ann@acme.test", "acme")]
    [InlineData("", "bravo", "From: postmaster@exchange.internal", "bravo")]
    [InlineData("", "bravo", "From: <>", "bravo")]
    [InlineData("", "bravo", "Subject: nothing", "bravo")]
    [InlineData("acme", "", "From: ann@acme.test", "acme")]
    [InlineData("acme", "", "Subject: nothing", "acme")]
    [InlineData("acme", "", "From: bob@bravo.test", "")]
    [InlineData("acme", "", "From: postmaster@exchange.internal", "acme")]
    [InlineData("acme", "", "From: <>", "acme")]
    [InlineData("acme", "acme", "From: bob@bravo.test", "")]
    [InlineData("forwarder", "", "From: mailer-daemon@elsewhere.test", "forwarder")]
    [InlineData("forwarder", "", "From: bob@bravo.test", "")]
    public void A_null_sender_is_decided_by_From_and_the_listeners_permission(string listener, string nullSenderBrand, string header, string expected)
    {
        var choice = BrandSelection.AtMail(SomeBrands.All, new BrandSignals(Id(listener), null, null, Id(nullSenderBrand), null), Now);
        var last = AtContent(choice, header);
        if (expected.Length == 0)
            Assert.IsType<BrandRejected>(last);
        else
        {
            var chosen = Assert.IsType<BrandChosen>(last);
            Assert.Equal(expected, chosen.Brand.Id.Value);
            Assert.Null(chosen.Sender);
        }
    }

    [Theory]
    [InlineData("From: postmaster@exchange.internal", "", false)]
    [InlineData("From: postmaster@exchange.internal", "acme", true)]
    [InlineData("From: <>", "", false)]
    [InlineData("From: ann@acme.test", "", true)]
    public void A_login_is_no_server_behind_us_and_its_null_sender_mail_must_be_from_the_brand(string header, string nullSenderBrand, bool accepted)
    {
        var choice = BrandSelection.AtMail(SomeBrands.All, new BrandSignals(null, SomeBrands.Acme, null, Id(nullSenderBrand), null), Now);
        Assert.Equal(accepted, AtContent(choice, header) is BrandChosen);
    }

    [Fact]
    public void What_was_refused_at_MAIL_stays_refused()
    {
        var refused = AtMail("acme", "bravo", "", "<>");
        Assert.Same(refused, AtContent(refused, "From: ann@acme.test"));
    }

    private static BrandChoice AtMail(string listener, string user, string client, string sender) =>
        BrandSelection.AtMail(SomeBrands.All, new BrandSignals(Id(listener), Id(user), Id(client), null, sender == "<>" ? null : Mailbox.Parse(sender)), Now);

    private static BrandChoice AtContent(BrandChoice choice, string header) =>
        BrandSelection.AtContent(SomeBrands.All, choice, HeaderScan.Read(Encoding.UTF8.GetBytes(header + "\r\n\r\nbody\r\n")));

    private static BrandId? Id(string name) => name.Length == 0 ? null : new BrandId(name);

    private static string Reason(BrandChoice choice) => Assert.IsType<BrandRejected>(choice).Reason;
}
