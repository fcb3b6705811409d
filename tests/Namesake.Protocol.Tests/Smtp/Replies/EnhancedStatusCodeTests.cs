using CsCheck;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Tests.Smtp.Replies;

public sealed class EnhancedStatusCodeTests
{
    [Fact]
    public void Every_code_is_read_back() =>
        Gen.Select(Gen.OneOf(2, 4, 5), Gen.Int[0, 999], Gen.Int[0, 999], (c, s, d) => new EnhancedStatusCode(c, s, d))
            .Sample(code => Assert.Equal(code, EnhancedStatusCode.Parse(code.ToString())));

    [Theory]
    [InlineData("5.7.25", true)]
    [InlineData("2.0.0", true)]
    [InlineData("3.0.0", false)]
    [InlineData("5.7", false)]
    [InlineData("5.7.", false)]
    [InlineData("5..1", false)]
    [InlineData("5.7.1000", false)]
    [InlineData("5.7.1.1", false)]
    [InlineData("5.7.1 ", false)]
    [InlineData("5.7.x", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_the_three_parts_of_the_standard_are_a_code(string? text, bool valid) => Assert.Equal(valid, EnhancedStatusCode.TryParse(text, out _));

    [Fact]
    public void Parse_names_what_is_no_code() =>
        Assert.Contains("\"9.9.9\"", Assert.Throws<FormatException>(() => EnhancedStatusCode.Parse("9.9.9")).Message, StringComparison.Ordinal);
}
