using Namesake.Core.Identity.Authentication;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>Where receivers look for DMARC, whose policy counts, and what belongs together. RFC 9989 §4.10</summary>
public sealed class DmarcWalkTests
{
    private readonly ZoneDns _dns = new();

    [Theory]
    [InlineData("acme.example", "acme.example example")]
    [InlineData("a.mail.acme.example", "a.mail.acme.example mail.acme.example acme.example example")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.mail.example.com", "a.b.c.d.e.f.g.h.i.j.mail.example.com g.h.i.j.mail.example.com h.i.j.mail.example.com i.j.mail.example.com j.mail.example.com mail.example.com example.com com")]
    public void Eight_places_at_most_are_asked(string domain, string names) =>
        Assert.Equal(names, string.Join(' ', DmarcWalk.Names(DomainName.Parse(domain))));

    [Fact]
    public async Task The_highest_record_names_the_organisation_and_its_policy_covers_what_has_none()
    {
        _dns.With("_dmarc.mail.acme.example TXT v=DMARC1; p=none", "_dmarc.acme.example TXT v=DMARC1; p=reject");
        var walk = await WalkAsync("a.mail.acme.example");
        Assert.Equal(("acme.example", "acme.example"), (walk.Organisation.Value, walk.Policy!.Name.Value));
    }

    [Fact]
    public async Task A_domains_own_record_comes_first()
    {
        _dns.With("_dmarc.mail.acme.example TXT v=DMARC1; p=none", "_dmarc.acme.example TXT v=DMARC1; p=reject");
        var walk = await WalkAsync("mail.acme.example");
        Assert.Equal(("acme.example", "mail.acme.example"), (walk.Organisation.Value, walk.Policy!.Name.Value));
    }

    [Fact]
    public async Task Below_a_public_suffix_an_organisation_begins()
    {
        _dns.With("_dmarc.example TXT v=DMARC1; p=reject; psd=y");
        var walk = await WalkAsync("a.mail.acme.example");
        Assert.Equal(("acme.example", "example"), (walk.Organisation.Value, walk.Policy!.Name.Value));
    }

    [Fact]
    public async Task Psd_n_ends_the_walk()
    {
        _dns.With("_dmarc.mail.acme.example TXT v=DMARC1; p=none; psd=n", "_dmarc.acme.example TXT v=DMARC1; p=reject");
        var walk = await WalkAsync("a.mail.acme.example");
        Assert.Equal(("mail.acme.example", 2), (walk.Organisation.Value, walk.Stops.Length));
    }

    [Fact]
    public async Task Without_a_record_each_domain_is_its_own_organisation()
    {
        var walk = await WalkAsync("a.mail.acme.example");
        Assert.Equal(("a.mail.acme.example", "acme.example"), (walk.Organisation.Value, walk.RegisteredDomain));
        Assert.Null(walk.Policy);
    }

    [Fact]
    public async Task Several_records_at_one_place_count_as_none()
    {
        _dns.With("_dmarc.mail.acme.example TXT v=DMARC1; p=none", "_dmarc.mail.acme.example TXT v=DMARC1; p=reject", "_dmarc.mail.acme.example TXT something else", "_dmarc.acme.example TXT v=DMARC1; p=reject");
        Assert.Equal("acme.example", (await WalkAsync("mail.acme.example")).Policy!.Name.Value);
    }

    [Theory]
    [InlineData("acme.example", "acme.example", true, Alignment.Full)]
    [InlineData("acme.example", "mail.acme.example", true, Alignment.None)]
    [InlineData("acme.example", "mail.acme.example", false, Alignment.Full)]
    [InlineData("acme.example", "beta.example", false, Alignment.None)]
    [InlineData("news.beta.example", "bounce.beta.example", false, Alignment.BySuffixList)]
    [InlineData("one.shared.co.uk", "two.shared.co.uk", false, Alignment.Full)]
    [InlineData("one.co.uk", "two.co.uk", false, Alignment.None)]
    [InlineData("a.hosting.dyn.example", "b.other.dyn.example", false, Alignment.BySuffixList)]
    public async Task What_is_in_line_depends_on_who_reads(string from, string authenticated, bool isStrict, Alignment alignment)
    {
        _dns.With("_dmarc.acme.example TXT v=DMARC1; p=none", "_dmarc.shared.co.uk TXT v=DMARC1; p=none", "_dmarc.dyn.example TXT v=DMARC1; p=none; psd=y");
        Assert.Equal(alignment, Alignments.Of(await WalkAsync(from), await WalkAsync(authenticated), isStrict));
    }

    private Task<DmarcWalk> WalkAsync(string domain) => new DmarcDiscovery(_dns).WalkAsync(DomainName.Parse(domain), CancellationToken.None);
}
