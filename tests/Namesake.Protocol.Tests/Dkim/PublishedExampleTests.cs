using System.Buffers;
using System.Security.Cryptography;
using Namesake.Protocol.Dkim;

namespace Namesake.Protocol.Tests.Dkim;

/// <summary>What the standards themselves give as results.</summary>
public sealed class PublishedExampleTests
{
    private const string From = "From: Joe SixPack <joe@football.example.com>\r\n";
    private const string To = "To: Suzie Q <suzie@shopping.example.net>\r\n";
    private const string Subject = "Subject: Is dinner ready?\r\n";
    private const string Date = "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n";
    private const string MessageId = "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n";
    private const string PublishedBodyHash = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";

    [Fact]
    public void The_example_of_RFC_6376_section_3_4_5_is_canonical_as_printed()
    {
        string[] fields = ["A: X\r\n", "B : Y\t\r\n\tZ  \r\n"];
        const string Body = " C \r\nD \t E\r\n\r\n\r\n";
        Assert.Equal(["a:X\r\n", "b:Y Z\r\n"], fields.Select(field => Canonical(field, DkimCanonicalization.Relaxed)));
        Assert.Equal(fields, fields.Select(field => Canonical(field, DkimCanonicalization.Simple)));
        Assert.Equal(Hash(" C\r\nD E\r\n"), BodyHashOf(Body, DkimCanonicalization.Relaxed));
        Assert.Equal(Hash(" C \r\nD \t E\r\n"), BodyHashOf(Body, DkimCanonicalization.Simple));
    }

    /// <summary>RFC 6376 §3.4.3 and §3.4.4 print both.</summary>
    [Fact]
    public void The_empty_body_has_its_published_hashes()
    {
        Assert.Equal("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", BodyHashOf("", DkimCanonicalization.Relaxed));
        Assert.Equal("frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=", BodyHashOf("", DkimCanonicalization.Simple));
    }

    [Fact]
    public void The_Ed25519_signature_of_RFC_8463_comes_out_octet_by_octet() =>
        Assert.Equal("/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==", SignatureBy(Keys.Ed25519, """
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=
            """));

    [Fact]
    public void The_RSA_signature_of_RFC_8463_comes_out_octet_by_octet() =>
        Assert.Equal("F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2JzdA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=",
            SignatureBy(Keys.Read(Keys.PublishedRsa), """
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=test; t=1528637909; h=from : to : subject :
             date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=
            """));

    [Fact]
    public void The_published_keys_have_their_published_records()
    {
        Assert.Equal("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", Keys.Signer("football.example.com", "brisbane", Keys.Ed25519).RecordText);
        Assert.Equal(
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
            Keys.Signer("football.example.com", "test", Keys.Read(Keys.PublishedRsa)).RecordText);
    }

    [Fact]
    public void The_body_hash_of_both_standards_comes_out()
    {
        Assert.Equal(PublishedBodyHash, BodyHashOf("Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n", DkimCanonicalization.Relaxed));
        // RFC 6376 appendix A.2 prints two spaces where one was signed: erratum 3192.
        Assert.Equal(PublishedBodyHash, BodyHashOf("Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n", DkimCanonicalization.Simple));
    }

    /// <summary>With the indentation of erratum 4926. The signer's key is not needed: its public half agrees with our canonical form.</summary>
    [Fact]
    public void The_signature_of_RFC_6376_appendix_A_is_over_our_canonical_form()
    {
        const string Received = "Received: from client1.football.example.com  [192.0.2.1]\r\n      by submitserver.example.com with SUBMISSION;\r\n      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n";
        const string Field = "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
            + "      h=Received : From : To : Subject : Date : Message-ID;\r\n      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n      b=;";
        const string Key = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";
        const string Signature = "AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHutKVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV4bmp/YzhwvcubU4=";
        var signed = string.Concat(new[] { Received, From, To, Subject, Date, MessageId, Field }.Select(field => Canonical(field, DkimCanonicalization.Simple)))[..^2];
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(Key), out _);
        Assert.True(rsa.VerifyData(Octets.Of(signed), Convert.FromBase64String(Signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static string SignatureBy(DkimKey key, string field)
    {
        string[] fields = [From, To, Subject, Date, MessageId, field.ReplaceLineEndings("\r\n")];
        var signed = string.Concat(fields.Select(f => Canonical(f, DkimCanonicalization.Relaxed)))[..^2];
        var signature = new byte[key.SignatureLength];
        key.Sign(SHA256.HashData(Octets.Of(signed)), signature);
        return Convert.ToBase64String(signature);
    }

    private static string Canonical(string field, DkimCanonicalization canonicalization) =>
        Octets.Written((IBufferWriter<byte> output) => CanonicalHeader.Write(Octets.Of(field), canonicalization, output));

    private static string BodyHashOf(string body, DkimCanonicalization canonicalization)
    {
        using var hash = new BodyHash(canonicalization);
        hash.Append(Octets.Of(body));
        var digest = new byte[32];
        hash.Finish(digest);
        return Convert.ToBase64String(digest);
    }

    private static string Hash(string canonical) => Convert.ToBase64String(SHA256.HashData(Octets.Of(canonical)));
}
