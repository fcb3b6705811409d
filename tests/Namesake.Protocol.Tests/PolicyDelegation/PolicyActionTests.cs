using System.Buffers;
using System.Text;
using Namesake.Protocol.PolicyDelegation;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Protocol.Tests.PolicyDelegation;

public sealed class PolicyActionTests
{
    private const string Hostile = "a\nb\r\n\naction=OK\n\n\0\u0085\u2028ü \u202E <script>";

    private static readonly EnhancedStatusCode Reverse = EnhancedStatusCode.Parse("5.7.25");

    [Fact]
    public void An_action_is_one_attribute_and_an_empty_line()
    {
        Assert.Equal("action=DUNNO\n\n", Written(PolicyAction.Dunno));
        Assert.Equal("action=DUNNO\n\n", Written(default));
        Assert.Equal("action=550 5.7.25 no PTR\n\n", Written(PolicyAction.Reject(Reverse, "no PTR")));
        Assert.Equal("action=WARN no PTR\n\n", Written(PolicyAction.Warn("no PTR")));
        Assert.Equal("action=PREPEND Authentication-Results: mx.example; none\n\n", Written(PolicyAction.Prepend("Authentication-Results", "mx.example; none")));
    }

    [Fact]
    public void Deferring_keeps_subject_and_detail_and_changes_the_class() =>
        Assert.Equal("DEFER_IF_PERMIT 4.7.25 later", PolicyAction.Defer(Reverse, "later").Text);

    [Fact]
    public void Whatever_a_client_said_it_stays_one_line_of_printable_ASCII()
    {
        foreach (var action in new[] { PolicyAction.Reject(Reverse, Hostile), PolicyAction.Defer(Reverse, Hostile), PolicyAction.Warn(Hostile), PolicyAction.Prepend("X-Test", Hostile) })
        {
            var written = Written(action);
            Assert.Equal(written.Length - 2, written.IndexOf('\n', StringComparison.Ordinal));
            Assert.All(written[..^2], c => Assert.InRange(c, ' ', '~'));
        }
    }

    [Fact]
    public void Texts_are_cut_to_what_a_reply_line_and_a_header_line_may_have()
    {
        var text = new string('a', 5000);
        Assert.Equal("550 5.7.25 ".Length + PolicyAction.MaxReplyText, PolicyAction.Reject(Reverse, text).Text.Length);
        Assert.EndsWith("a...", PolicyAction.Reject(Reverse, text).Text, StringComparison.Ordinal);
        Assert.Equal("PREPEND ".Length + PolicyAction.MaxHeader, PolicyAction.Prepend("X-Test", text).Text.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("X: Y")]
    [InlineData("X\nY")]
    public void A_field_name_that_is_none_is_a_bug(string name) => Assert.Throws<ArgumentException>(() => PolicyAction.Prepend(name, "value"));

    private static string Written(PolicyAction action)
    {
        var output = new ArrayBufferWriter<byte>();
        action.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
