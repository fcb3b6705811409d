using Namesake.Core.Receivers;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Receivers;

public sealed class SiteRulesTests
{
    [Theory]
    [InlineData("google.com", "aspmx.l.google.com", "alt1.aspmx.l.google.com", "aspmx2.googlemail.com")]
    [InlineData("google.com", "gmail-smtp-in.l.google.com")]
    [InlineData("google.com", "smtp.google.com")]
    [InlineData("outlook.com", "acme-example.mail.protection.outlook.com")]
    [InlineData("outlook.com", "acme-example.a-v1.mx.microsoft")]
    [InlineData("olc.protection.outlook.com", "outlook-com.olc.protection.outlook.com")]
    [InlineData("pphosted.com", "mx0a-00123.pphosted.com", "mx0b-00123.pphosted.com")]
    [InlineData("ppe-hosted.com", "mx1-us1.ppe-hosted.com", "mx2-us1.ppe-hosted.com")]
    [InlineData("mimecast.com", "eu-smtp-inbound-1.mimecast.com", "eu-smtp-inbound-2.mimecast.com")]
    [InlineData("mimecast.com", "za-smtp-inbound-1.mimecast.co.za")]
    [InlineData("yahoodns.net", "mta5.am0.yahoodns.net", "mx-eu.mail.am0.yahoodns.net")]
    [InlineData("icloud.com", "mx01.mail.icloud.com")]
    [InlineData("iphmx.com", "mx1.hc123-45.iphmx.com")]
    [InlineData("messagelabs.com", "cluster1.eu.messagelabs.com")]
    [InlineData("barracudanetworks.com", "d12345a.ess.barracudanetworks.com")]
    [InlineData("gmx.net", "mx00.gmx.net", "mx-ha02.web.de")]
    [InlineData("ionos.com", "mx00.kundenserver.de", "mx01.1and1.com", "mx00.ionos.de")]
    [InlineData("ovh.net", "mx1.mail.ovh.net", "mx2.mail.ovh.ca")]
    [InlineData("zoho.com", "mx.zoho.eu", "mx2.zoho.com")]
    [InlineData("yandex.ru", "mx.yandex.net")]
    [InlineData("mail.ru", "mxs.mail.ru")]
    [InlineData("secureserver.net", "mailstore1.secureserver.net", "smtp.secureserver.net")]
    [InlineData("emailsrvr.com", "mx1.emailsrvr.com")]
    [InlineData("messagingengine.com", "in1-smtp.messagingengine.com")]
    [InlineData("t-online.de", "mx00.t-online.de")]
    [InlineData("comcast.net", "mx1.mxge.comcast.net")]
    [InlineData("amazonaws.com", "inbound-smtp.eu-west-1.amazonaws.com", "inbound-smtp.us-east-1.amazonaws.com")]
    public void Tenants_of_one_operator_are_one_site(string site, params string[] hosts) => Assert.Equal(site, SiteOf(hosts));

    [Theory]
    [InlineData("acme.example", "mx1.acme.example", "mx2.mail.acme.example")]
    [InlineData("acme.example", "acme.example")]
    [InlineData("acme.co.uk", "mx.acme.co.uk")]
    [InlineData("acme.com.br", "mx1.mail.acme.com.br")]
    [InlineData("acme.or.jp", "mx.acme.or.jp")]
    [InlineData("acme.de", "mx.co.acme.de")]
    [InlineData("me.de", "mx.me.de")] // somebody bought it
    [InlineData("acme.co.at", "mx.acme.co.at")]
    [InlineData("acme.com.au", "mx.acme.com.au")]
    [InlineData("notgoogle.com", "mx.notgoogle.com")] // a suffix of labels, not of letters
    [InlineData("example", "example")]
    public void Others_are_grouped_by_the_domain_somebody_registered(string site, params string[] hosts) => Assert.Equal(site, SiteOf(hosts));

    [Fact]
    public void A_domain_with_two_operators_is_a_site_of_its_own_whatever_the_order()
    {
        Assert.Equal("backup.example+google.com", SiteOf("mx.backup.example", "aspmx.l.google.com"));
        Assert.Equal("backup.example+google.com", SiteOf("aspmx.l.google.com", "mx.backup.example"));
    }

    [Theory]
    [InlineData("ec2-192-0-2-7.compute-1.amazonaws.com")]
    [InlineData("mail.somebody.s3.amazonaws.com")]
    [InlineData("c-192-0-2-7.hsd1.ca.comcast.net")]
    [InlineData("static.7.2.0.192.clients.your-server.de")]
    [InlineData("192-0-2-7.acme.example")]
    [InlineData("vps-a1b2c3d4.vps.ovh.net")]
    [InlineData("ns3012345.ovh.net")]
    public void A_customers_machine_under_its_providers_name_stands_for_itself(string host) => Assert.Equal(host, SiteOf(host));

    [Theory]
    [InlineData("aspmx2.googlemail.com", "google.com")]
    [InlineData("mx1-2.mail-3.acme.example", "acme.example")]
    [InlineData("mx1-2-3.eu4.acme.example", "acme.example")] // no four together
    [InlineData("mx-10-300-1-2.acme.example", "acme.example")] // no address
    [InlineData("mx1.hc12-34.c3s2.iphmx.com", "iphmx.com")]
    [InlineData("a1b2c3d4-com.mail.protection.outlook.com", "outlook.com")]
    [InlineData("1-2-3-4-com.mail.protection.outlook.com", "outlook.com")] // a tenant may be called so: it stays the operator's
    public void Numbers_alone_make_no_customers_machine(string host, string site) => Assert.Equal(site, SiteOf(host));

    [Fact]
    public void An_address_stands_for_itself()
    {
        Assert.Equal("192.0.2.25", SiteRules.OperatorOf("192.0.2.25"));
        Assert.Equal("2001:db8::25", SiteRules.OperatorOf("[2001:DB8:0::25]"));
    }

    private static string SiteOf(params string[] hosts) => SiteRules.SiteOf(hosts.Select(DomainName.Parse)).Value;
}
