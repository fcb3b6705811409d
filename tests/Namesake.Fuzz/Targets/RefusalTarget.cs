using System.Net;
using System.Text;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Fuzz.Targets;

internal static class RefusalTarget
{
    /// <summary>What the classifier makes of any text: line by line, with the first octet as the stage.</summary>
    public static void Refusal(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (ReplyText.Read(text) is { } written)
            Promise.That(written.Code is >= 400 and <= 599 && written.Lines.Length <= ReplyText.MostLines);
        var reply = new SmtpReply(550, null, [.. text.Split('\n').Take(ReplyReader.MaxLines)]);
        var scene = new ReplyScene(input.IsEmpty ? null : (SessionPhase)(input[0] % 12), "mx.sink.test", IPAddress.Loopback, "mail.acme.test");
        var verdict = ReplyClassifier.Classify(reply, scene);
        Promise.That(verdict == ReplyClassifier.Classify(reply, scene));
        Promise.That(verdict.Subclass == ReplySubclass.None || ReplyNames.ClassOf(verdict.Subclass) == verdict.Class);
        Promise.That((verdict.Rule.Length == 0) == (verdict.Class == ReplyClass.Unclassified));
        Promise.That(!scene.IsBeforeMail || verdict.Class is not (ReplyClass.Recipient or ReplyClass.Sender or ReplyClass.Content));
        Promise.That(verdict.Quoted.Url is null || text.Contains(verdict.Quoted.Url, StringComparison.Ordinal));
        Promise.That(verdict.Class == ReplyClass.Identity || verdict.Quoted.Name is null);
    }
}
