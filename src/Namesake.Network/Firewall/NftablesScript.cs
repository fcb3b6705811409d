using System.Globalization;
using System.Text;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;

namespace Namesake.Network.Firewall;

/// <summary>What nft has to do for our table to become another one, as one transaction that fails where the table isn't as it was read.</summary>
/// <remarks>
/// <para>nft has no word for "only if it is still so", but commands that fail, and the whole transaction with them: <c>create</c> where something is there; <c>delete</c> and <c>replace</c> by handle or by key where it
/// isn't; adding an element whose key has another value. Only what somebody adds to our map in between is not noticed by it: that is seen when the table is read back.</para>
/// <para>A table that stays is changed in its place. Made anew it would stand at another place in the ruleset, and undoing would not lead back to the same text.</para>
/// </remarks>
internal static class NftablesScript
{
    private const string Table = $"ip {NftablesText.Table}", Map = $"ip {NftablesText.Table} {NftablesText.Mail}";

    public static string Of(OwnTable present, TranslationTable? made)
    {
        if (present.Handle == 0)
            return made is null ? "" : $"create table {Table}\n{Whole(made)}";
        var old = present.Ours ?? throw new InvalidOperationException("what isn't understood is not written over");
        // Without its rule the table is a rest that does nothing.
        if (present.RuleHandle == 0)
            return string.Create(CultureInfo.InvariantCulture, $"delete table ip handle {present.Handle}\n{(made is null ? "" : Whole(made))}");
        var script = new StringBuilder();
        var rule = string.Create(CultureInfo.InvariantCulture, $"rule {Map} handle {present.RuleHandle}");
        var gone = old.Mappings.Where(mapping => made is null || !made.Mappings.Contains(mapping)).Select(mapping => mapping.Local.ToString()).ToList();
        if (gone.Count > 0)
            script.Append(CultureInfo.InvariantCulture, $"delete element {Map} {{ {string.Join(", ", gone)} }}\n");
        if (made is null)
            return script.Append(CultureInfo.InvariantCulture, $"delete {rule}\ndelete table ip handle {present.Handle}\n").ToString();
        if (made.Mappings.IsEmpty)
            return script.Append(CultureInfo.InvariantCulture, $"delete {rule}\n").ToString();
        return script.Append(CultureInfo.InvariantCulture, $"add element {Map} {{ {string.Join(", ", made.Mappings.Select(mapping => $"{mapping.Local} : {mapping.Public}"))} }}\n")
            .Append(CultureInfo.InvariantCulture, $"replace {rule} {NftablesText.Rule(made)}\n").ToString();
    }

    private static string Whole(TranslationTable table) => table.Mappings.IsEmpty ? $"add table {Table}\n" : NftablesText.Of(table);
}
