using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Our own table for <c>nft -f</c>: one file that nft takes whole or not at all. Pure.</summary>
/// <remarks>
/// <para>The table is added before it is deleted, so that deleting never fails, and is then made anew: the same text is right whether it was there or not. Nothing outside it is named.</para>
/// <para>Addresses are looked up in one map: a thousand sources cost a packet what one costs. A source that isn't in the map goes on to the rules of others.</para>
/// </remarks>
public static class NftablesText
{
    public const string Table = "namesake";

    /// <summary>The map's name, and the chain's.</summary>
    public const string Mail = "mail";

    /// <summary>Before general rules for leaving packets: they stand at srcnat, 100. As the kernel counts it.</summary>
    public const int Priority = 90;

    /// <summary>Stands at the rule, for whoever reads the ruleset.</summary>
    public const string Comment = "made by namesake: TCP port 25 only";

    /// <param name="table">Null: the table goes. Undo is the text of what was there before.</param>
    public static string Of(TranslationTable? table)
    {
        var text = new StringBuilder();
        text.Append("# Made by namesake. Replaces its own table as a whole and names no other. Load with: nft -f FILE\n");
        text.Append(CultureInfo.InvariantCulture, $"add table ip {Table}\ndelete table ip {Table}\n");
        if (table is { Mappings.IsEmpty: false })
            Append(text, table);
        return text.ToString();
    }

    /// <summary>The one rule of its chain.</summary>
    public static string Rule(TranslationTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var device = table.Device is { } name ? $"oifname \"{name}\" " : "";
        var user = table.User is { } id ? string.Create(CultureInfo.InvariantCulture, $"meta skuid {id} ") : "";
        return $"{device}{user}tcp dport 25 snat to ip saddr map @{Mail} comment \"{Comment}\"";
    }

    private static void Append(StringBuilder text, TranslationTable table)
    {
        table.RequireIPv4();
        text.Append(CultureInfo.InvariantCulture, $"table ip {Table} {{\n\tmap {Mail} {{\n\t\ttype ipv4_addr : ipv4_addr\n\t\telements = {{\n");
        foreach (var mapping in table.Mappings)
            text.Append(CultureInfo.InvariantCulture, $"\t\t\t{mapping.Local} : {mapping.Public},\n");
        text.Append(CultureInfo.InvariantCulture, $"\t\t}}\n\t}}\n\n\tchain {Mail} {{\n\t\ttype nat hook postrouting priority srcnat - 10; policy accept;\n\t\t");
        text.Append(CultureInfo.InvariantCulture, $"{Rule(table)}\n\t}}\n}}\n");
    }
}
