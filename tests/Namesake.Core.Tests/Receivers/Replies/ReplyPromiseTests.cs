using System.Diagnostics;
using System.Text;
using CsCheck;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Receivers.Replies;

public sealed class ReplyPromiseTests
{
    private static readonly Gen<string> Line = Gen.OneOf(
        Gen.Char.Array[0, 300].Select(chars => new string(chars)),
        Gen.Byte.Array[0, 300].Select(Encoding.Latin1.GetString),
        Of("reverse DNS ", "HELO ", "[192.0.2.1] ", "does not match ", "http://a.test/?ip=", "::::", "[", "]", "<", "=", "://", "no ", "AUP#", "OFR", ".", "..", "a.b", "\u00c0\u00e1\u00f2 ", "2001:db8::1 ", "x_y ", "'", "\ud800", ";").Array[0, 60].Select(string.Concat));

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void Any_text_is_classified_without_throwing() => Gen.Select(Gen.Int[400, 599], Line.Array[0, 6], Of<SessionPhase?>(null, SessionPhase.Greeting, SessionPhase.Ehlo, SessionPhase.Rcpt))
        .Sample((code, lines, phase) =>
        {
            var verdict = ReplyClassifier.Classify(new SmtpReply(code, null, [.. lines]), new ReplyScene(phase, "mx.sink.test"));
            Assert.Equal(verdict.Subclass == ReplySubclass.None ? verdict.Class : ReplyNames.ClassOf(verdict.Subclass), verdict.Class);
            Assert.True(verdict.Quoted.Name is not { Length: > 253 });
        }, iter: 3000);

    [Fact]
    public void Any_text_is_read_as_a_reply_or_not_at_all() =>
        Line.Sample(text => Assert.True(ReplyText.Read(text) is null or { Code: >= 400, Lines.Length: <= ReplyText.MostLines }), iter: 2000);

    [Theory]
    [InlineData("no reverse mismatch helo dynamic or not ptr does too many rejected from ")]
    [InlineData("a.b.c.d.e.f.")]
    [InlineData("http://a/?ip=192.0.2.1&")]
    [InlineData("[192.0.2.1]")]
    [InlineData("not not not not have have ")]
    public void A_reply_of_any_length_takes_no_longer_than_its_first_part(string part)
    {
        var reply = new SmtpReply(550, null, [string.Concat(Enumerable.Repeat(part, 100_000))]);
        ReplyClassifier.Classify(reply);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
            ReplyClassifier.Classify(reply);
        // A hundred times what it takes; without a bound it would be a thousand times.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Letter_case_and_blanks_change_nothing()
    {
        foreach (var reply in ReplyFixture.Load("identity.txt"))
        {
            var verdict = reply.Classify();
            Assert.Equal(verdict.Rule, Same(line => line.Replace(" ", "   ", StringComparison.Ordinal)).Rule);
            Assert.Equal(verdict.Subclass, Same(line => line.Contains('Ò') || line.Contains('ñ') ? line : line.ToLowerInvariant()).Subclass);

            ReplyVerdict Same(Func<string, string> change) => ReplyClassifier.Classify(reply.Reply with { Lines = [.. reply.Reply.Lines.Select(change)] }, reply.Scene);
        }
    }
}
