using System.Text;
using Namesake.Core.Pipeline;

namespace Namesake.Fuzz.Targets;

internal static class QueueFilterTarget
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Lines of name=value, as they come in a query.</summary>
    public static void QueueFilter(ReadOnlySpan<byte> input)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var messages = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
                continue;
            if (line[..at] == "message")
                messages.Add(line[(at + 1)..]);
            else
                parts[line[..at]] = line[(at + 1)..];
        }

        var text = new QueueFilterText(
            parts.GetValueOrDefault("brand"), parts.GetValueOrDefault("site"), parts.GetValueOrDefault("source"), parts.GetValueOrDefault("domain"), parts.GetValueOrDefault("state"),
            parts.GetValueOrDefault("because"), parts.GetValueOrDefault("submitter"), parts.GetValueOrDefault("sender"), messages.Count == 0 ? default : [.. messages], parts.GetValueOrDefault("olderThan"));
        if (!text.TryRead(Now, out var filter, out var error))
        {
            Promise.That(error is { Length: > 0 and < 600 });
            return;
        }

        // Nothing that was given is left out, and what is said of it is one line.
        Promise.That(text == new QueueFilterText() == (filter == Core.Pipeline.QueueFilter.All));
        Promise.That(!filter.ToString().Any(c => c is '\r' or '\n'));
        Promise.That(filter.Spool.Messages.IsDefault == text.Messages.IsDefault && (text.Messages.IsDefault || filter.Spool.Messages.Length == text.Messages.Length));
        Promise.That(text.OlderThan is null == filter.Spool.AcceptedBefore is null);
    }
}
