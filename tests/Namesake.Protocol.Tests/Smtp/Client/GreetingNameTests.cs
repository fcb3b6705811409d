using Namesake.Protocol.Smtp.Client;

namespace Namesake.Protocol.Tests.Smtp.Client;

public sealed class GreetingNameTests
{
    [Theory]
    [InlineData("Mail.Acme.Example ESMTP Postfix", "mail.acme.example")]
    [InlineData("mail.acme.example", "mail.acme.example")]
    [InlineData("mail.acme.example. ready", "mail.acme.example")]
    [InlineData("müller.example ESMTP", "xn--mller-kva.example")]
    [InlineData("ESMTP mail.acme.example", null)]
    [InlineData("ready", null)]
    [InlineData("[203.0.113.5] ESMTP", null)]
    [InlineData("203.0.113.5 ESMTP", null)]
    [InlineData("****************", null)]
    [InlineData("mail.acme.example>\rRCPT", null)]
    [InlineData("", null)]
    public void The_first_word_is_the_name_when_it_is_one(string line, string? name) => Assert.Equal(name, GreetingName.Of(line)?.Value);

    [Fact]
    public void A_line_of_any_length_is_looked_at_for_the_length_of_a_name() =>
        Assert.Null(GreetingName.Of(string.Concat(Enumerable.Repeat("a.", 1_000_000))));
}
