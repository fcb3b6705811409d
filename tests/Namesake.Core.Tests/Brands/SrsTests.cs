using CsCheck;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Brands;

public sealed class SrsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly Srs Ours = new("a secret of some length", DomainName.Parse("fw.test"));
    private static readonly Srs Theirs = new("another forwarder's secret", DomainName.Parse("second.test"));

    private static readonly Gen<Mailbox> AnyMailbox =
        from local in Gen.Char["abcxyzABCXYZ0189=+-._~ \"\\@ü"].Array[1, 20].Select(chars => new string(chars))
        from domain in Gen.OneOf("example.org", "a.b", "x-y.museum", "xn--mnchen-3ya.de")
        where Mailbox.TryCreate(local, DomainName.Parse(domain), out _, out _)
        select Create(local, domain);

    [Fact]
    public void A_rewritten_sender_has_the_form_of_the_scheme()
    {
        var rewritten = Rewrite(Ours, "ann@example.org");
        Assert.Matches("^SRS0=[A-Z2-7]{6}=[A-Z2-7]{2}=example\\.org=ann@fw\\.test$", rewritten.ToString());
    }

    [Fact]
    public void Whatever_was_rewritten_leads_back() =>
        AnyMailbox.Sample(sender =>
        {
            Assert.True(Ours.TryRewrite(sender, Now, out var rewritten, out var error), error);
            Assert.True(Ours.TryReverse(rewritten, Now, out var original, out error), error);
            Assert.Equal(sender, original);
        });

    [Fact]
    public void An_address_whose_case_was_changed_on_the_way_still_leads_back()
    {
        var lowered = Mailbox.Parse(Rewrite(Ours, "Ann@example.org").ToString().ToLowerInvariant());
        Assert.True(Ours.TryReverse(lowered, Now, out var original, out _));
        Assert.Equal("ann@example.org", original.ToString());
    }

    [Fact]
    public void A_chain_of_forwarders_leads_back_to_the_first_and_does_not_grow()
    {
        var first = Rewrite(Ours, "ann@example.org");
        var second = Rewrite(Theirs, first.ToString());
        Assert.StartsWith("SRS1=", second.LocalPart, StringComparison.Ordinal);
        Assert.Contains("=fw.test==", second.LocalPart, StringComparison.Ordinal);
        var third = Rewrite(new Srs("a third", DomainName.Parse("third.test")), second.ToString());
        Assert.Equal(second.LocalPart.Length, third.LocalPart.Length);

        Assert.True(Theirs.TryReverse(second, Now, out var back, out _));
        Assert.Equal(first, back);
        Assert.True(Ours.TryReverse(back, Now, out var original, out _));
        Assert.Equal("ann@example.org", original.ToString());
    }

    [Theory]
    [InlineData("SRS0-abcd=XY=example.org=ann@other.test", "=other.test=-abcd=XY=example.org=ann")]
    [InlineData("srs0+abcd=XY=example.org=ann@other.test", "=other.test=+abcd=XY=example.org=ann")]
    public void Other_forwarders_separators_are_kept(string sender, string ending)
    {
        var rewritten = Rewrite(Ours, sender);
        Assert.EndsWith(ending, rewritten.LocalPart, StringComparison.Ordinal);
        Assert.True(Ours.TryReverse(rewritten, Now, out var original, out _));
        Assert.Equal(sender, original.ToString(), ignoreCase: true);
    }

    [Fact]
    public void No_single_changed_character_is_believed()
    {
        var local = Rewrite(Ours, "ann@example.org").LocalPart;
        for (var i = 5; i < local.Length; i++)
        {
            var changed = local[..i] + (local[i] == 'q' ? 'r' : 'q') + local[(i + 1)..];
            Assert.True(Mailbox.TryCreate(changed, DomainName.Parse("fw.test"), out var address, out _));
            Assert.False(Ours.TryReverse(address, Now, out _, out var error), changed);
            Assert.NotEmpty(error);
        }
    }

    [Fact]
    public void Another_secret_or_another_domain_is_not_believed()
    {
        var rewritten = Rewrite(Ours, "ann@example.org");
        Assert.False(new Srs("not the secret", DomainName.Parse("fw.test")).TryReverse(rewritten, Now, out _, out _));
        Assert.False(Theirs.TryReverse(rewritten, Now, out _, out _));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(21, true)]
    [InlineData(22, false)]
    [InlineData(500, false)]
    [InlineData(-1, true)]
    [InlineData(-2, false)]
    public void A_bounce_is_believed_for_three_weeks(int days, bool believed)
    {
        var rewritten = Rewrite(Ours, "ann@example.org");
        Assert.Equal(believed, Ours.TryReverse(rewritten, Now.AddDays(days), out _, out _));
    }

    [Fact]
    public void The_age_survives_the_day_counter_starting_anew()
    {
        var lastDay = DateTimeOffset.UnixEpoch.AddDays(1024 * 20 - 1);
        Assert.True(Ours.TryRewrite(Mailbox.Parse("ann@example.org"), lastDay, out var rewritten, out _));
        Assert.True(Ours.TryReverse(rewritten, lastDay.AddDays(20), out _, out _));
        Assert.False(Ours.TryReverse(rewritten, lastDay.AddDays(25), out _, out _));
    }

    [Fact]
    public void The_longest_sender_that_fits_is_taken_and_one_more_letter_is_refused()
    {
        var ours = Rewrite(Ours, "a@example.org").ToString().Length - 1;
        var longest = new string('x', Mailbox.MaxOctets - ours);
        Assert.Equal(Mailbox.MaxOctets, Rewrite(Ours, $"{longest}@example.org").ToString().Length);
        Assert.False(Ours.TryRewrite(Mailbox.Parse($"{longest}x@example.org"), Now, out _, out var error));
        Assert.Contains("254", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_return_path_that_carries_its_recipient_can_be_forwarded_and_bounces_find_back()
    {
        const string verp = "bounces+4711-8f3a9c2b7d61-newsletter-2026-08-campaign-ann.lastname=customer.example@em1234.sender.example";
        Assert.True(verp.IndexOf('@', StringComparison.Ordinal) > 64);

        var rewritten = Rewrite(Ours, verp);

        Assert.True(Ours.TryReverse(rewritten, Now.AddDays(2), out var original, out _));
        Assert.Equal(verp, original.ToString());
    }

    [Theory]
    [InlineData("ann@fw.test")]
    [InlineData("SRS0=@fw.test")]
    [InlineData("SRS0====@fw.test")]
    [InlineData("SRS0=AAAAAA=AA=example.org@fw.test")]
    [InlineData("SRS1=AAAAAA=x@fw.test")]
    [InlineData("SRS1=AAAAAA==@fw.test")]
    public void What_is_no_complete_SRS_address_is_refused(string address)
    {
        Assert.False(Ours.TryReverse(Mailbox.Parse(address), Now, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void No_address_whatever_makes_it_throw() =>
        Gen.String[Gen.Char["SRS01=-+=A2.@example"], 0, 60].Sample(local =>
        {
            if (Mailbox.TryCreate(local, DomainName.Parse("fw.test"), out var address, out _))
                Assert.False(Ours.TryReverse(address, Now, out _, out _));
        });

    private static Mailbox Rewrite(Srs srs, string sender)
    {
        Assert.True(srs.TryRewrite(Mailbox.Parse(sender), Now, out var rewritten, out var error), error);
        return rewritten;
    }

    private static Mailbox Create(string local, string domain)
    {
        Assert.True(Mailbox.TryCreate(local, DomainName.Parse(domain), out var mailbox, out _));
        return mailbox;
    }
}
