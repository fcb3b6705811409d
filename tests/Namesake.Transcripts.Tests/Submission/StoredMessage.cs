using System.Collections.Immutable;

namespace Namesake.Transcripts.Tests.Submission;

/// <param name="Content">Octet by octet, as Latin-1.</param>
internal sealed record StoredMessage(string Brand, string Sender, ImmutableArray<string> Recipients, bool EightBit, bool SmtpUtf8, string Content)
{
    public string Envelope => $"{Brand} {Sender} {string.Join(',', Recipients)}";

    /// <summary>Without the Received header that we put in front.</summary>
    public string WithoutTrace
    {
        get
        {
            var end = Content.IndexOf("\r\n", StringComparison.Ordinal);
            while (end >= 0 && end + 2 < Content.Length && Content[end + 2] is ' ' or '\t')
                end = Content.IndexOf("\r\n", end + 2, StringComparison.Ordinal);
            return Content.StartsWith("Received: ", StringComparison.Ordinal) ? Content[(end + 2)..] : throw new InvalidOperationException("The message has no Received header of ours.");
        }
    }
}
