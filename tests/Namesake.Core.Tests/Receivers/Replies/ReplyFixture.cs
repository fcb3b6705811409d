using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Receivers.Replies;

/// <summary>A file of labelled replies: label | stage | MX host | reply, "//" where a line ends.</summary>
internal sealed record ReplyFixture(string Label, ReplyScene Scene, SmtpReply Reply, string Text)
{
    public static ImmutableArray<ReplyFixture> Load(string file) =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Receivers", "Replies", file))
            .Where(line => line.Length > 0 && line[0] != '#').Select(Parse),
    ];

    public ReplyVerdict Classify() => ReplyClassifier.Classify(Reply, Scene);

    public static ReplyFixture Parse(string line)
    {
        var parts = line.Split(" | ", 4);
        Assert.True(parts.Length == 4, line);
        SessionPhase? phase = parts[1] == "-" ? null : Enum.Parse<SessionPhase>(parts[1], ignoreCase: true);
        var reply = ReplyText.Read(parts[3].Replace(" // ", "\n", StringComparison.Ordinal));
        Assert.True(reply is not null, line);
        return new ReplyFixture(parts[0], new ReplyScene(phase, parts[2] == "-" ? null : parts[2]), reply!, parts[3]);
    }
}
