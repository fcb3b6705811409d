using System.Text.Json;

namespace Namesake.Tests.Cli;

/// <summary>`namesake classify` on what people give it.</summary>
public sealed class ClassifyVerbTests
{
    private const string Bounce = """
        Return-Path: <>
        From: Mail Delivery System <mailer-daemon@acme.test>
        To: ann@acme.test
        Subject: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        Not delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.acme.test

        Final-Recipient: rfc822; bob@sink.test
        Action: failed
        Status: 5.7.1
        Remote-MTA: dns; mx1.sink.test
        Diagnostic-Code: smtp; 554 5.7.1 Client host rejected: cannot find your reverse
            hostname, [192.0.2.1]

        Final-Recipient: rfc822; eve@sink.test
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550-5.1.1 The address does not 550 5.1.1 exist here

        --b--
        """;

    [Fact]
    public async Task Replies_one_a_line_are_told_with_their_class()
    {
        var run = (await ClassifyAsync("550 5.1.1 user unknown\n550-5.7.25 [192.0.2.1] no\n550 5.7.25 PTR record\nnonsense\n")).Ended(0);

        var replies = run.Json().GetProperty("replies").EnumerateArray().ToList();
        Assert.Equal([("recipient", "MAILBOX_UNKNOWN", 1), ("identity", "PTR_MISSING", 2)], replies.Select(reply => (Text(reply, "class"), Text(reply, "subclass"), reply.GetProperty("place").GetInt32())));
        Assert.Equal("192.0.2.1", Text(replies[1].GetProperty("quoted"), "address"));
        Assert.Equal(1, run.Json().GetProperty("unread").GetInt32());
    }

    [Fact]
    public async Task JSON_lines_bring_their_stage_and_host()
    {
        var run = (await ClassifyAsync("""
            {"reply":"550 rejected","stage":"ehlo","host":"mx.sink.test"}
            {"code":550,"enhanced":"5.7.1","reply":"Helo command rejected: Host not found","phase":"rcpt","mx":"mx.sink.test"}
            {"else":1}
            """)).Ended(0);

        var replies = run.Json().GetProperty("replies").EnumerateArray().ToList();
        Assert.Equal([("identity", "low", "ehlo"), ("identity", "high", "rcpt")], replies.Select(reply => (Text(reply, "class"), Text(reply, "confidence"), Text(reply, "stage"))));
        Assert.Equal("mx.sink.test", Text(replies[1], "host"));
    }

    [Fact]
    public async Task A_bounce_is_read_for_each_recipient()
    {
        var run = (await ClassifyAsync(Bounce)).Ended(0);

        Assert.Equal("message", Text(run.Json(), "format"));
        var replies = run.Json().GetProperty("replies").EnumerateArray().ToList();
        Assert.Equal([("PTR_MISSING", "bob@sink.test", "waits"), ("MAILBOX_UNKNOWN", "eve@sink.test", "ends")], replies.Select(reply => (Text(reply, "subclass"), Text(reply, "recipient"), Text(reply, "message"))));
        Assert.Equal("mx1.sink.test", Text(replies[0], "host"));
    }

    [Fact]
    public async Task A_mailbox_is_read_message_by_message()
    {
        var run = (await ClassifyAsync($"From MAILER-DAEMON Thu Nov 26 04:00:00 2026\n{Bounce}\n\nFrom x Thu Nov 26 04:00:00 2026\nSubject: hello\n\nNo refusal.\n")).Ended(0);

        Assert.Equal("mailbox", Text(run.Json(), "format"));
        Assert.Equal(2, run.Json().GetProperty("replies").GetArrayLength());
        Assert.Equal(1, run.Json().GetProperty("unread").GetInt32());
    }

    [Fact]
    public async Task A_bounce_without_a_status_is_read_in_its_text()
    {
        var run = (await ClassifyAsync("""
            From: mailer-daemon@acme.test
            Subject: Mail delivery failed

            A message could not be delivered:

              bob@sink.test
                host mx1.sink.test [192.0.2.9]
                SMTP error from remote mail server after RCPT TO:<bob@sink.test>:
                550 HELO argument does not match calling host
            """)).Ended(0);

        Assert.Equal("EHLO_IP_MISMATCH", Text(Assert.Single(run.Json().GetProperty("replies").EnumerateArray()), "subclass"));
    }

    [Fact]
    public async Task People_get_a_table_and_a_sum()
    {
        var run = (await NamesakeProcess.RunAsync(["classify"], "550 5.1.1 user unknown\n421 4.7.0 too many connections\n")).Ended(0);

        Assert.Contains("MAILBOX_UNKNOWN", run.Output, StringComparison.Ordinal);
        Assert.Contains("recipient 1, throttled 1", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("lorem ipsum\ndolor", "it is no list of replies")]
    [InlineData("{\"a\":1}", "there is no refusal in it")]
    [InlineData("a\0b", "NUL")]
    [InlineData("From: a@b.test\nSubject: hello\n\nDear Bob", "a message without a refusal")]
    public async Task What_is_none_of_it_is_named(string input, string complaint)
    {
        var run = (await ClassifyAsync(input)).Ended(2);

        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var run = (await NamesakeProcess.RunAsync("classify", "/nowhere/bounce")).Ended(2);

        Assert.Contains("/nowhere/bounce", run.Error, StringComparison.Ordinal);
    }

    private static Task<NamesakeProcess> ClassifyAsync(string input) => NamesakeProcess.RunAsync(["classify", "-", "--json"], input);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
