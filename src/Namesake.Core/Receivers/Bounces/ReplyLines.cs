using System.Collections.Immutable;
using Namesake.Core.Receivers.Replies;

namespace Namesake.Core.Receivers.Bounces;

/// <summary>Replies one a line; lines that go on ("550-…") are one reply up to the line that ends it. Lines of logs are read for what they quote ("said: 550 …").</summary>
internal static class ReplyLines
{
    public static ReplyDocument Read(string text)
    {
        var found = ImmutableArray.CreateBuilder<HeardReply>();
        var (unread, place) = (0, 0);
        var group = new List<string>();
        var begun = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            place++;
            var line = text.AsSpan()[range].Trim();
            if (found.Count >= ReplyDocument.MostReplies)
                break;
            var code = ReplyText.CodeOf(line);
            if (group.Count > 0 && (code is null || code != ReplyText.CodeOf(group[0])))
                Close();
            if (line.IsEmpty || line[0] == '#')
                continue;
            if (code is null)
            {
                if (DiagnosticText.Find(line.ToString(), place) is { } quoted)
                    found.Add(quoted);
                else
                    unread++;
                continue;
            }

            if (group.Count == 0)
                begun = place;
            group.Add(line.ToString());
            if (line.Length < 4 || line[3] != '-' || group.Count >= ReplyText.MostLines)
                Close();
        }

        if (group.Count > 0)
            Close();
        return new ReplyDocument("replies", found.ToImmutable(), unread);

        void Close()
        {
            if (DiagnosticText.Find(string.Join('\n', group), begun) is { } reply)
                found.Add(reply);
            group.Clear();
        }
    }
}
