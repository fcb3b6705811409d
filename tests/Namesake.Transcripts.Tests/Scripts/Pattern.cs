using System.Text.RegularExpressions;

namespace Namesake.Transcripts.Tests.Scripts;

/// <summary>A line with * for anything and ? for one character.</summary>
internal static class Pattern
{
    public static bool Matches(string pattern, string text) =>
        Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + "$", RegexOptions.Singleline);
}
