using System.Text;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Protocol.Smtp.Commands;

namespace Namesake.Core.Tests.Pipeline.Reporting;

/// <summary>What of the original goes back: RFC 3461 §4.3 and §6.2.</summary>
public sealed class DsnOriginalTests
{
    private readonly ReportScene _scene = new();

    [Theory]
    [InlineData(null)]
    [InlineData(DsnReturn.Headers)]
    public async Task Only_the_header_goes_back_unless_all_was_asked_for(DsnReturn? part)
    {
        var report = await _scene.ReportAsync(_scene.Consignment() with { Return = part });

        Assert.Equal("text/rfc822-headers", report.OriginalType);
        Assert.Contains("Subject: The original", report.Original, StringComparison.Ordinal);
        Assert.DoesNotContain("Its body.", report.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_it_goes_back_byte_for_byte_where_that_was_asked_for()
    {
        _scene.Original = "From: ann@acme.test\r\nX-Odd:   spaced \r\n\tand folded\r\n\r\n.dots\r\n\r\n--boundary--\r\nend  \r\n";

        var report = await _scene.ReportAsync(_scene.Consignment() with { Return = DsnReturn.Full });

        Assert.Equal("message/rfc822", report.OriginalType);
        Assert.Contains("\r\n\r\n" + _scene.Original, report.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_failures_return_all_of_it()
    {
        var consignment = _scene.Consignment() with { Return = DsnReturn.Full };
        _scene.Time.Advance(Reporter.DelayAfter);

        Assert.Equal("text/rfc822-headers", (await _scene.ReportAsync(consignment, ReportScene.Busy)).OriginalType);
    }

    [Theory]
    [InlineData(DsnOriginal.MostWhole, "message/rfc822")]
    [InlineData(DsnOriginal.MostWhole + 1, "text/rfc822-headers")]
    public async Task What_is_too_large_to_go_back_whole_returns_its_header(int size, string type)
    {
        var header = "Subject: Large\r\n\r\n";
        var lines = string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 4000));
        _scene.Original = header + lines[..(size - header.Length - 2)] + "\r\n";

        var report = await _scene.ReportAsync(_scene.Consignment() with { Return = DsnReturn.Full });

        Assert.Equal(type, report.OriginalType);
        Assert.InRange(report.Stored.Size, 1, DsnOriginal.MostWhole + 8192);
    }

    [Fact]
    public async Task A_header_beyond_measure_ends_with_a_whole_field()
    {
        var text = "Subject: First\r\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"X-Field-{i}: some\r\n more\r\n")) + "\r\nbody\r\n";
        await using var content = new StoredContent(Encoding.ASCII.GetBytes(text));

        var original = Encoding.ASCII.GetString((await DsnOriginal.ReadAsync(content, null, TestContext.Current.CancellationToken)).Bytes.Span);

        Assert.StartsWith(original, text, StringComparison.Ordinal);
        Assert.EndsWith(": some\r\n more\r\n", original, StringComparison.Ordinal);
        Assert.InRange(original.Length, DsnOriginal.MostHeader - 100, DsnOriginal.MostHeader);
    }

    [Theory]
    [InlineData("X-Long: ", 5000)]
    [InlineData("X-Raw: \u00e9", 10)]
    public async Task Header_lines_that_could_not_travel_are_encoded_and_come_back_whole(string field, int length)
    {
        _scene.Original = $"Subject: Odd\r\n{field}{new string('x', length)}\r\n\r\nbody\r\n";

        var report = await _scene.ReportAsync(_scene.Consignment());

        Assert.Equal(("text/rfc822-headers", "quoted-printable"), (report.OriginalType, report.OriginalEncoding));
        Assert.Contains($"{field}{new string('x', length)}\r\n", report.Original, StringComparison.Ordinal);
        Assert.All(report.Raw.Split("\r\n"), line => Assert.True(line.Length <= 998));
        Assert.False(report.Stored.Envelope.EightBit);
    }

    [Fact]
    public async Task An_8_bit_original_makes_an_8_bit_report()
    {
        _scene.Original = "From: ann@acme.test\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\u00fc\u00dfe\r\n";

        var report = await _scene.ReportAsync(_scene.Consignment() with { Return = DsnReturn.Full, EightBit = true });

        Assert.Equal((true, false), (report.Stored.Envelope.EightBit, report.Stored.Envelope.SmtpUtf8));
        Assert.Contains("Content-Transfer-Encoding: 8bit\r\n\r\n" + _scene.Original, report.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_is_in_a_file_is_read_as_far_as_needed()
    {
        using var file = new MemoryStream(Encoding.ASCII.GetBytes("Subject: On disk\r\n\r\n" + new string('y', 1_000_000)));
        await using var content = new StoredContent(file);

        var original = await DsnOriginal.ReadAsync(content, DsnReturn.Full, TestContext.Current.CancellationToken);

        Assert.Equal("Subject: On disk\r\n\r\n", Encoding.ASCII.GetString(original.Bytes.Span));
        Assert.Equal(DsnOriginal.MostHeader, file.Position);
    }
}
