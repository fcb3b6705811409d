namespace Namesake.Web;

/// <summary>Text a person wrote, made fit for logs and tables.</summary>
internal static class Words
{
    /// <summary>Trimmed, in one line; null when it is too short or too long.</summary>
    public static string? Of(string? text, int least, int most)
    {
        var words = new string([.. (text ?? "").Trim().Select(c => char.IsControl(c) ? ' ' : c)]);
        return words.Length >= least && words.Length <= most ? words : null;
    }
}
