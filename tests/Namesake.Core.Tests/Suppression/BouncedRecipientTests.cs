using System.Text;
using Namesake.Core.Receivers.Bounces;
using Namesake.Core.Suppression;

namespace Namesake.Core.Tests.Suppression;

public sealed class BouncedRecipientTests
{
    [Fact]
    public void Whom_two_bounces_call_unknown_is_found_and_who_bounced_otherwise_is_not()
    {
        var mailbox = Bounce("Bob@sink.test", "550 5.1.1 No such user here") + Bounce("bob@sink.test", "550 5.1.1 User unknown") + Bounce("carl@sink.test", "550 5.1.1 No such user here")
            + Bounce("dora@sink.test", "552 5.2.2 mailbox full") + Bounce("dora@sink.test", "550 5.7.25 no PTR record for [203.0.113.5]") + Bounce("dora@sink.test", "550 5.7.1 Message rejected as spam");
        Assert.True(ReplyDocument.TryRead(Encoding.ASCII.GetBytes(mailbox), out var document, out var error), error);

        var found = Assert.Single(BouncedRecipient.In(document, 2));
        Assert.Equal(("bob@sink.test", 2, "550 5.1.1 User unknown"), (found.Address.ToString(), found.Messages, found.Reply));
        Assert.Equal(["bob@sink.test", "carl@sink.test"], BouncedRecipient.In(document, 1).Select(one => one.Address.ToString()));
    }

    [Theory]
    [InlineData("in reply to RCPT TO command", true, 2)]
    [InlineData("in reply to end of DATA command", true, 0)]
    [InlineData("in reply to end of DATA command", false, 1)]
    [InlineData("in reply to MAIL FROM command", false, 0)]
    public void What_refused_the_whole_message_names_nobody_of_several(string place, bool several, int found)
    {
        var bounce = Bounce("bob@sink.test", $"550 5.1.1 User unknown ({place})");
        if (several)
            bounce = bounce.Replace("\n\n--b--", $"\n\nFinal-Recipient: rfc822; carl@sink.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown ({place})\n\n--b--", StringComparison.Ordinal);
        Assert.True(ReplyDocument.TryRead(Encoding.ASCII.GetBytes(bounce), out var document, out var error), error);
        Assert.Equal(several ? 2 : 1, document.Replies.Length);
        Assert.Equal(found, BouncedRecipient.In(document, 1).Length);
    }

    private static string Bounce(string recipient, string reply) => $"""
        From MAILER-DAEMON Sat Aug  1 12:00:00 2026
        From: MAILER-DAEMON@mx.sink.test
        To: ann@acme.test
        Subject: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        It could not be delivered.

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.sink.test

        Final-Recipient: rfc822; {recipient}
        Action: failed
        Status: {reply.Split(' ')[1]}
        Diagnostic-Code: smtp; {reply}

        --b--


        """.ReplaceLineEndings("\n");
}
