using System.Text;

namespace Namesake.Network.Firewall;

/// <summary>Splits a line of iptables-save into words. Comments are quoted, with a backslash before quotes and backslashes.</summary>
internal static class IptablesWords
{
    private const int MostCharacters = 64 * 1024;

    private const int MostWords = 1024;

    /// <returns>Empty when a quotation has no end, or there is more than any rule of iptables has.</returns>
    public static List<string> Of(string line)
    {
        var words = new List<string>();
        if (line.Length > MostCharacters)
            return words;
        var word = new StringBuilder();
        var (isOpen, isQuoted) = (false, false);
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (isQuoted && c == '\\' && at + 1 < line.Length)
                word.Append(line[++at]);
            else if (c == '"')
                (isOpen, isQuoted) = (true, !isQuoted);
            else if (isQuoted || c is not (' ' or '\t'))
            {
                word.Append(c);
                isOpen = true;
            }
            else if (isOpen)
            {
                words.Add(word.ToString());
                word.Clear();
                isOpen = false;
            }
        }
        if (isOpen)
            words.Add(word.ToString());
        return isQuoted || words.Count > MostWords ? [] : words;
    }
}
