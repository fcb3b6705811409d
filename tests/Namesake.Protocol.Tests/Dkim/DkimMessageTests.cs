using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Headers;

namespace Namesake.Protocol.Tests.Dkim;

public sealed class DkimMessageTests
{
    private const string Header = "From: Ann <ann@acme.example>\r\nTo: bob@sink.example\r\nSubject: Hello\r\nDate: Mon, 09 Mar 2026 08:05:04 +0000\r\nMessage-ID: <1@acme.example>\r\n";

    private static readonly DkimSigner Rsa = Keys.Signer("acme.example", "s1", Keys.Rsa);
    private static readonly DkimSigner Ed25519 = Keys.Signer("acme.example", "s2", Keys.Ed25519);
    private static readonly Receiver Bob = new(Rsa, Ed25519);

    private static readonly string[] Names = ["Subject", "to", "CC", "X-Some", "Reply-To", "Date", "References", "List-Id", "Comments"];

    private static readonly DkimOptions[] Ways =
    [
        .. from header in Enum.GetValues<DkimCanonicalization>() from body in Enum.GetValues<DkimCanonicalization>() select new DkimOptions { Header = header, Body = body },
    ];

    [Fact]
    public void The_field_reads_as_the_standard_writes_it()
    {
        var (fault, field) = Signing.Sign(Octets.Of(Header + "\r\nHello\r\n"), null, [Ed25519]);
        Assert.Null(fault);
        Assert.StartsWith(
            "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=acme.example;\r\n\ts=s2; t=1790000000; h=From:From:Reply-To:Subject:Subject:To:To:Cc:\r\n"
            + "\tContent-Type:Content-Transfer-Encoding:Date:Date:Message-ID:Message-ID;\r\n\tbh=" + Convert.ToBase64String(SHA256.HashData(Octets.Of("Hello\r\n"))) + "; b=",
            field, StringComparison.Ordinal);
        Assert.All(field[..^2].Split("\r\n"), line => Assert.True(line.Length <= 78, line));
    }

    [Fact]
    public void Both_signatures_of_one_pass_verify()
    {
        var signed = Signing.Signed(Octets.Of(Header + "\r\nHello\r\n"), null, Rsa, Ed25519);
        Assert.Equal([true, true], Bob.Verify(signed));
        Assert.Equal(2, Octets.Text(signed).Split("DKIM-Signature: ").Length - 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    [InlineData("\r\nno line end")]
    [InlineData("\r\nblanks at the end  \t \r\n \t\r\n\r\n")]
    [InlineData("\r\n  leading\tand   many blanks\r\n\r\n\r\nthen more\r\n\r\n")]
    [InlineData("\r\n\r\n\r\nempty lines first\r\n")]
    [InlineData("\r\n.dots\r\n..\r\n.\r\n")]
    [InlineData("\r\n\xE9\xFF 8-bit\x80\r\n")]
    public void A_strange_body_verifies_in_every_way(string rest)
    {
        foreach (var options in Ways)
            Assert.Equal([true, true], Bob.Verify(Signing.Signed(Octets.Of(Header + rest), options, Rsa, Ed25519)));
    }

    [Theory]
    [InlineData("Subject: folded\r\n\tonce\r\n  and twice  \r\n \r\n")]
    [InlineData("SUBJECT:no space\r\nsubJect :  many   spaces \t\r\n")]
    [InlineData("To: a@x.example\r\nX-Other: 1\r\nTo: b@x.example\r\nto: c@x.example\r\n")]
    [InlineData("Subject: \xC3\xBC\xFF\r\nSubject:\r\nCc: \r\n")]
    [InlineData("List-Unsubscribe: <https://acme.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nList-Id: <l.acme.example>\r\n")]
    [InlineData("Resent-From: eve@acme.example\r\nResent-Date: Mon, 09 Mar 2026 08:05:04 +0000\r\nReferences: <1@x>\r\n <2@x>\r\nIn-Reply-To: <2@x>\r\n")]
    [InlineData("Received: from x\r\nDKIM-Signature: v=1; a=rsa-sha256\r\n")]
    public void A_strange_header_verifies_in_every_way(string fields)
    {
        foreach (var options in Ways)
        {
            var signed = Signing.Signed(Octets.Of(fields + Header + "\r\nHello\r\n"), options, Rsa, Ed25519);
            Assert.Equal([true, true], Bob.Verify(signed).Take(2));
        }
    }

    [Fact]
    public void A_line_of_megabytes_verifies()
    {
        var content = Octets.Of(Header + "\r\n" + new string('x', 1_000_000) + "  " + new string('y', 1_000_000));
        foreach (var options in Ways)
            Assert.Equal([true], Bob.Verify(Signing.Signed(content, options, Ed25519)));
    }

    [Fact]
    public void Random_mail_verifies_in_every_way_however_it_is_cut()
    {
        var line = Gen.Char["ab. \t\xE9"].Array[0, 90].Select(chars => new string(chars));
        var body = line.List[0, 12].Select(lines => string.Join("\r\n", lines));
        // Not beginning with white space, so that the field isn't a part of the one before; no dots or colons that MimeKit would read its own way.
        var value = Gen.Char["abc \t"].Array[0, 40].Select(chars => new string(chars));
        var field = Gen.Select(Gen.Int[0, Names.Length - 1].Select(i => Names[i]), value, Gen.Bool)
            .Select((name, text, folded) => $"{name}:{text}x{(folded ? "\r\n\t " + text + "y" : "")}\r\n");
        Gen.Select(field.List[0, 8], body, Gen.Int[0, Ways.Length - 1].Select(i => Ways[i]), Gen.Int[1, 200].Array[1, 4]).Sample((fields, text, options, cuts) =>
        {
            var content = Octets.Of(string.Concat(fields) + "From: ann@acme.example\r\n\r\n" + text);
            var (fault, written) = Signing.Sign(content, options, [Ed25519, Rsa]);
            Assert.Null(fault);
            Assert.Equal(written, Signing.Sign(content, options, [Ed25519, Rsa], cuts).Fields);
            Assert.Equal(written, Signing.Sign(content, options, [Ed25519, Rsa], 1).Fields);
            Assert.Equal([true, true], Bob.Verify([.. Octets.Of(written), .. content]));
            Assert.All(written[..^2].Split("\r\n"), l => Assert.True(l.Length <= 78, l));
        }, iter: 200);
    }

    [Theory]
    [InlineData("From: eve@evil.example\r\n")]
    [InlineData("Subject: Other\r\n")]
    [InlineData("Cc: eve@evil.example\r\n")]
    [InlineData("Reply-To: eve@evil.example\r\n")]
    [InlineData("Content-Type: text/html\r\n")]
    public void A_field_added_on_the_way_breaks_the_signature(string field)
    {
        var signed = Signing.Signed(Octets.Of(Header + "\r\nHello\r\n"), null, Rsa);
        Assert.Equal([true], Bob.Verify(signed));
        Assert.Equal([false], Bob.Verify([.. Octets.Of(field), .. signed]));
    }

    [Theory]
    [InlineData("Received: from x\r\n")]
    [InlineData("Resent-From: list@x.example\r\n")]
    [InlineData("List-Id: <x.example>\r\n")]
    [InlineData("X-Spam: no\r\n")]
    public void What_servers_add_by_right_breaks_nothing(string field)
    {
        var signed = Signing.Signed(Octets.Of(Header + "\r\nHello\r\n"), null, Rsa);
        Assert.Equal([true], Bob.Verify([.. Octets.Of(field), .. signed]));
    }

    [Fact]
    public void A_body_changed_on_the_way_breaks_the_signature()
    {
        var signed = Signing.Signed(Octets.Of(Header + "\r\nHello\r\n"), null, Rsa);
        Assert.Equal([false], Bob.Verify([.. signed, .. "more\r\n"u8]));
    }

    [Fact]
    public void An_expiry_is_written_when_one_is_asked_for()
    {
        var options = new DkimOptions { Expiry = TimeSpan.FromDays(14) };
        var content = Octets.Of(Header + "\r\nHello\r\n");
        Assert.Equal("1791209600", Signing.Tag(Signing.Sign(content, options, [Rsa]).Fields, "x"));
        Assert.Equal([true], Bob.Verify(Signing.Signed(content, options, Rsa)));
        Assert.DoesNotContain("x=", Signing.Sign(content, null, [Rsa]).Fields[..60], StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_signed_says_why_and_writes_nothing()
    {
        Assert.Equal((DkimFault.NoFrom, ""), Signing.Sign(Octets.Of("Subject: x\r\n\r\nFrom: in the body\r\n"), null, [Rsa]));
        Assert.Equal((DkimFault.NoFrom, ""), Signing.Sign([], null, [Rsa]));
        Assert.Equal((DkimFault.TooManyFields, ""), Signing.Sign(Octets.Of(string.Concat(Enumerable.Repeat("To: a@x.example\r\n", 300)) + Header + "\r\n"), null, [Rsa]));
        var endless = Octets.Of("From: a@x.example\r\nX: " + new string('x', HeaderScan.MaxOctets + 10));
        Assert.Equal((DkimFault.HeaderTooLong, ""), Signing.Sign(endless, null, [Rsa]));
        Assert.Equal((DkimFault.HeaderTooLong, ""), Signing.Sign([.. endless, .. "\r\n\r\nbody\r\n"u8], null, [Rsa], 1000, 65536));
    }

    [Fact]
    public void One_key_signs_on_many_threads_at_once()
    {
        var content = Octets.Of(Header + "\r\nHello\r\n");
        var expected = Signing.Sign(content, null, [Rsa, Ed25519]).Fields;
        var results = new string[64];
        Parallel.For(0, results.Length, i => results[i] = Signing.Sign(content, null, [Rsa, Ed25519]).Fields);
        Assert.All(results, fields => Assert.Equal(expected, fields));
    }

    [Fact]
    public void Nothing_but_the_header_is_kept_of_a_large_message()
    {
        using var message = new DkimMessage();
        message.Append(Octets.Of(Header + "\r\n"));
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a  line with  blanks \r\n\r\n", 2000)));
        message.Append(piece);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            message.Append(piece);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }
}
