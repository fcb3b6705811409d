using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Tests.Smtp.Client;

public sealed class EhloResponseTests
{
    [Fact]
    public void What_a_server_offers_is_read_from_its_keywords()
    {
        var ehlo = EhloResponse.Parse(SmtpReply.Plain(250, "mx.google.com at your service, [203.0.113.5]", "SIZE 157286400", "8BITMIME", "starttls",
            "ENHANCEDSTATUSCODES", "PIPELINING", "CHUNKING", "SMTPUTF8", "DSN", "AUTH LOGIN plain"));
        Assert.Equal("mx.google.com", ehlo.ServerName);
        Assert.Equal("mx.google.com at your service, [203.0.113.5]", ehlo.FirstLine);
        Assert.Equal(157286400, ehlo.Size);
        Assert.True(ehlo.Pipelining && ehlo.EightBitMime && ehlo.SmtpUtf8 && ehlo.StartTls && ehlo.Chunking && ehlo.Dsn && ehlo.Enhanced && ehlo.SizeOffered);
        Assert.Equal(["LOGIN", "PLAIN"], ehlo.AuthMechanisms);
    }

    [Fact]
    public void A_plain_greeting_offers_nothing()
    {
        var ehlo = EhloResponse.Parse(SmtpReply.Plain(250, "mail"));
        Assert.Equal("mail", ehlo.ServerName);
        Assert.Empty(ehlo.Extensions);
        Assert.False(ehlo.Pipelining || ehlo.EightBitMime || ehlo.SmtpUtf8 || ehlo.StartTls || ehlo.Chunking || ehlo.Dsn || ehlo.Enhanced || ehlo.SizeOffered);
        Assert.Null(ehlo.Size);
        Assert.Empty(ehlo.AuthMechanisms);
    }

    [Theory]
    [InlineData("SIZE", null)]
    [InlineData("SIZE 0", null)]
    [InlineData("SIZE x", null)]
    [InlineData("SIZE -5", null)]
    [InlineData("SIZE 99999999999999999999999", null)]
    [InlineData("SIZE  1000 ", 1000L)]
    public void A_size_that_states_no_limit_is_none(string line, long? size)
    {
        var ehlo = EhloResponse.Parse(SmtpReply.Plain(250, "mail", line));
        Assert.Equal(size, ehlo.Size);
        Assert.True(ehlo.SizeOffered);
    }

    [Fact]
    public void The_old_form_of_AUTH_is_read_and_joined() =>
        Assert.Equal(["PLAIN", "LOGIN", "XOAUTH2"], EhloResponse.Parse(SmtpReply.Plain(250, "mail", "AUTH PLAIN LOGIN", "AUTH=LOGIN XOAUTH2")).AuthMechanisms);

    [Fact]
    public void Keywords_are_whole_words_and_the_first_of_two_stands()
    {
        var ehlo = EhloResponse.Parse(SmtpReply.Plain(250, "STARTTLS", "XSTARTTLS", "SIZE 1", "SIZE 2", "", " PIPELINING"));
        Assert.False(ehlo.StartTls);
        Assert.False(ehlo.Pipelining);
        Assert.Equal(1, ehlo.Size);
    }
}
