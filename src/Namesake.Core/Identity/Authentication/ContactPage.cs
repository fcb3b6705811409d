namespace Namesake.Core.Identity.Authentication;

/// <summary>Whether a page says whom to write to. A person decides what is enough; this only finds pages with nothing of the kind.</summary>
public static class ContactPage
{
    // The words such pages bear in the languages of the receivers that ask for them.
    private static readonly string[] Words =
        ["mailto:", "tel:", "impressum", "imprint", "legal notice", "kontakt", "contact", "mentions l", "contatti", "contacto", "contato", "yhteystiedot", "kapcsolat"];

    /// <summary>The first sign of it; null: none.</summary>
    public static string? SignIn(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        return Words.FirstOrDefault(word => html.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
