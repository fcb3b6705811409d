namespace Namesake.Configuration;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>Longer words are not compared: nobody mistypes them, and the work grows with the square.</summary>
    private const int Longest = 64;

    /// <summary>More candidates are not looked at: a hint is worth milliseconds, not seconds.</summary>
    private const int MostCandidates = 10_000;

    /// <summary><c>; did you mean "ehlo"?</c>, or nothing when no known word is near.</summary>
    public static string Hint(string word, IEnumerable<string> known) =>
        Nearest(word, known) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";

    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var plain = Plain(word);
        if (plain.Length is 0 or > Longest)
            return null;
        // One slip for short words, up to a third of a long one's letters.
        var (best, least) = ((string?)null, Math.Max(1, plain.Length / 3) + 1);
        foreach (var candidate in known.Take(MostCandidates))
        {
            var other = Plain(candidate);
            if (other.Length > Longest || Math.Abs(other.Length - plain.Length) >= least)
                continue;
            var distance = Distance(plain, other);
            if (distance < least)
                (best, least) = (candidate, distance);
        }
        return best;
    }

    // local_address, local-address and LocalAddress are all localAddress.
    private static string Plain(string word) =>
        string.Concat(word.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant).Take(Longest + 1));

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            last.CopyTo(before);
            row.CopyTo(last);
        }
        return last[b.Length];
    }
}
