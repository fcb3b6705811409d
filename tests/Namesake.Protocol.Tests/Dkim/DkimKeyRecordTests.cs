using System.Security.Cryptography;
using Namesake.Protocol.Dkim;

namespace Namesake.Protocol.Tests.Dkim;

/// <summary>Published keys as receivers read them.</summary>
public sealed class DkimKeyRecordTests
{
    private const string Ed25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="; // RFC 8463 appendix A.2

    private static readonly RSA Rsa = RSA.Create(1024), Other = RSA.Create(1024);

    [Fact]
    public void The_shortest_record_is_a_key()
    {
        var record = Parse($"p={Info(Rsa)}");
        Assert.Equal((DkimAlgorithm.RsaSha256, 1024, true, true, false), (record.Algorithm, record.Bits, record.IsForMail, record.AllowsSha256, record.IsTest));
    }

    [Fact]
    public void Blanks_unknown_tags_and_all_that_may_stand_there()
    {
        var key = Info(Rsa);
        var record = Parse($" v = DKIM1 ; k=rsa; h=sha1:sha256; s=email:foo; t=y:s; n=notes; x=unknown; p={key[..40]} \t{key[40..80]}\r\n {key[80..]} ; ");
        Assert.True(record.AllowsSha256 && record.IsForMail && record.IsTest && record.IsStrict);
        Assert.True(record.IsSameKeyAs(Parse($"p={key}")));
    }

    [Fact]
    public void A_key_is_the_same_in_each_of_its_forms()
    {
        var bare = Parse($"k=rsa; p={Convert.ToBase64String(Rsa.ExportRSAPublicKey())}");
        Assert.True(bare.IsSameKeyAs(Parse($"p={Info(Rsa)}")));
        Assert.False(bare.IsSameKeyAs(Parse($"p={Info(Other)}")));
    }

    [Fact]
    public void An_Ed25519_key_is_its_32_octets()
    {
        var record = Parse($"v=DKIM1; k=ed25519; p={Ed25519}");
        Assert.Equal((DkimAlgorithm.Ed25519Sha256, 256), (record.Algorithm, record.Bits));
        Assert.True(record.IsSameKeyAs(Parse($"k=ed25519; p={Ed25519}")));
        Assert.False(record.IsSameKeyAs(Parse($"p={Info(Rsa)}")));
    }

    [Fact]
    public void An_empty_key_is_withdrawn_and_is_nobodys()
    {
        var record = Parse("v=DKIM1; p=");
        Assert.True(record.IsRevoked);
        Assert.False(record.IsSameKeyAs(record));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("p=abc;;k=rsa", "two semicolons")]
    [InlineData("p=abc; p=abc", "twice")]
    [InlineData("k=rsa", "p=, the public key, is missing")]
    [InlineData("k=rsa; v=DKIM1; p=", "v= must be DKIM1 and stand first")]
    [InlineData("v=dkim1; p=", "v= must be DKIM1")]
    [InlineData("k=dsa; p=abcd", "k=dsa is no kind")]
    [InlineData("p=!!!!", "not in base64")]
    [InlineData("p=abc", "not in base64")]
    [InlineData("p=AAAA", "no RSA key")]
    [InlineData("k=ed25519; p=AAAA", "32 octets, not 3")]
    [InlineData("1=x; p=", "no tag's name")]
    [InlineData("p=ä", "can't stand there")]
    public void What_is_no_key_is_told(string text, string reason)
    {
        Assert.False(DkimKeyRecord.TryParse(text, out _, out var fault));
        Assert.Contains(reason, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_key_is_believed_by_nobody()
    {
        using var small = RSA.Create(512);
        Assert.False(DkimKeyRecord.TryParse($"p={Info(small)}", out _, out var fault));
        Assert.Contains("512 bits", fault.Reason, StringComparison.Ordinal);
    }

    private static string Info(RSA key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    private static DkimKeyRecord Parse(string text) => DkimKeyRecord.TryParse(text, out var record, out var fault) ? record : throw new FormatException(fault.ToString());
}
