using Namesake.Core.Suppression;

namespace Namesake.Core.Tests.Suppression;

public sealed class ImportLineTests
{
    [Theory]
    [InlineData("bob@sink.test", "bob@sink.test")]
    [InlineData("  Bob@Sink.test  ", "Bob@sink.test")]
    [InlineData("bob@sink.test,550 5.1.1 unknown,2026-01-01", "bob@sink.test")]
    [InlineData("\"bob@sink.test\";x", "bob@sink.test")]
    [InlineData("bob@sink.test\tHardBounce", "bob@sink.test")]
    [InlineData("""{"address":"bob@sink.test"}""", "bob@sink.test")]
    public void An_address_alone_in_columns_or_in_an_object_is_read(string text, string address)
    {
        Assert.True(ImportLine.TryRead(text, out var line, out _));
        Assert.Equal(address, line.Address.ToString());
    }

    [Fact]
    public void What_was_exported_comes_back_with_its_dates_and_the_receivers_words_as_its_reason()
    {
        Assert.True(ImportLine.TryRead(
            """{"brand":"acme","address":"bob@sink.test","state":"suppressed","since":"2026-08-01T12:00:00+00:00","until":null,"refusals":2,"reply":"550 5.1.1 No such user","reason":null}""", out var line, out _));
        Assert.Equal(("acme", new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero), null, "550 5.1.1 No such user"), (line.Brand, line.Since, line.Until, line.Reason));
    }

    [Fact]
    public void A_persons_reason_is_as_it_was_written_and_a_receivers_words_are_cut_to_what_an_entry_holds()
    {
        Assert.True(ImportLine.TryRead($$"""{"address":"bob@sink.test","reason":"{{new string('x', 600)}}"}""", out var line, out _));
        Assert.Equal(600, line.Reason!.Length);
        Assert.True(ImportLine.TryRead($$"""{"address":"bob@sink.test","reply":"{{new string('x', 600)}}"}""", out line, out _));
        Assert.Equal(SuppressionEntry.MostText, line.Reason!.Length);
    }

    [Theory]
    [InlineData("email")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"address":7}""")]
    [InlineData("""{"address":"bob@sink.test","since":"yesterday"}""")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":1}}}}}""")]
    public void What_is_no_recipient_is_named_as_such(string text)
    {
        Assert.False(ImportLine.TryRead(text, out _, out var error));
        Assert.NotEmpty(error!);
    }

    [Fact]
    public void A_line_without_end_is_not_read() => Assert.False(ImportLine.TryRead("bob@sink.test," + new string('x', ImportLine.Longest), out _, out _));
}
