using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Our own chain for <c>iptables-restore --noflush</c>, which takes the text whole or not at all. Pure.</summary>
/// <remarks>Naming a chain empties it, or makes it when it isn't there. The jump to it is taken away and set again at the first place, for rules that others have put before it would be met first.</remarks>
public static class IptablesText
{
    public const string Chain = "NAMESAKE-MAIL";

    /// <summary>Stands at the jump, for whoever reads the rules.</summary>
    public const string Comment = "made by namesake";

    /// <summary>The one jump, as <c>iptables-save</c> prints it behind <c>-A POSTROUTING </c>.</summary>
    public const string Jump = $"-p tcp -m tcp --dport 25 -m comment --comment \"{Comment}\" -j {Chain}";

    /// <param name="table">Null: chain and jump go. Undo is the text of what was there before.</param>
    /// <param name="hasJump">The jump is there, once. With <see langword="true"/> and no jump there, iptables refuses the text.</param>
    public static string Of(TranslationTable? table, bool hasJump)
    {
        var text = new StringBuilder();
        text.Append("# Made by namesake. Replaces its own chain and the jump to it, nothing else. Load with: iptables-restore --noflush FILE\n");
        text.Append(CultureInfo.InvariantCulture, $"*nat\n:{Chain} - [0:0]\n");
        if (hasJump)
            text.Append(CultureInfo.InvariantCulture, $"-D POSTROUTING {Jump}\n");
        if (table is { Mappings.IsEmpty: false })
            Append(text, table);
        else
            text.Append(CultureInfo.InvariantCulture, $"-X {Chain}\n");
        return text.Append("COMMIT\n").ToString();
    }

    /// <summary>One rule of the chain, behind <c>-A NAMESAKE-MAIL </c>.</summary>
    public static string Rule(TranslationTable table, Mapping mapping)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(mapping);
        var device = table.Device is { } name ? $" -o {name}" : "";
        var user = table.User is { } id ? string.Create(CultureInfo.InvariantCulture, $" -m owner --uid-owner {id}") : "";
        return $"-s {mapping.Local}/32{device} -p tcp -m tcp --dport 25{user} -j SNAT --to-source {mapping.Public}";
    }

    private static void Append(StringBuilder text, TranslationTable table)
    {
        table.RequireIPv4();
        foreach (var mapping in table.Mappings)
            text.Append(CultureInfo.InvariantCulture, $"-A {Chain} {Rule(table, mapping)}\n");
        text.Append(CultureInfo.InvariantCulture, $"-I POSTROUTING 1 {Jump}\n");
    }
}
