using System.Globalization;
using System.Text;

namespace Namesake.Core.Dns.Texts;

/// <summary>Edits of a text as `diff -u` writes them.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <param name="edits">What stands in place of each line; null: as it is. One more than there are lines: what comes behind the last.</param>
    /// <returns>Empty: nothing is changed.</returns>
    public static string Of(string fileName, string[] lines, List<string>?[] edits)
    {
        var changed = Enumerable.Range(0, edits.Length).Where(line => edits[line] is not null).ToList();
        if (changed.Count == 0)
            return "";
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"--- {fileName}\n+++ {fileName}\n"));
        var shift = 0;
        for (var at = 0; at < changed.Count;)
        {
            var last = at;
            while (last + 1 < changed.Count && changed[last + 1] - changed[last] <= 2 * Context)
                last++;
            var (from, to) = (Math.Max(0, changed[at] - Context), Math.Min(lines.Length, changed[last] + Context + 1));
            var body = new StringBuilder();
            var (old, made) = (0, 0);
            for (var line = from; line < to || (line == lines.Length && edits[line] is not null); line++)
            {
                if (edits[line] is null)
                {
                    body.Append(' ').Append(lines[line]).Append('\n');
                    (old, made) = (old + 1, made + 1);
                    continue;
                }

                if (line < lines.Length)
                {
                    body.Append('-').Append(lines[line]).Append('\n');
                    old++;
                }

                foreach (var added in edits[line]!)
                {
                    body.Append('+').Append(added).Append('\n');
                    made++;
                }
            }

            text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(from, old)} +{Range(from + shift, made)} @@\n").Append(body);
            shift += made - old;
            at = last + 1;
        }

        return text.ToString();
    }

    /// <summary>Lines count from 1; a range of none is named by the line before it.</summary>
    private static string Range(int from, int count) => string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? from : from + 1)},{count}");
}
