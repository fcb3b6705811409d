using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>MikroTik RouterOS: rules of the chain srcnat, moved above all others of it.</summary>
internal sealed class RouterOsPlatform : IPlatform
{
    private const string Mark = "made by namesake";

    public string Word => "routeros";

    public string Title => "MikroTik RouterOS";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        table.RequireIPv4();
        var script = new StringBuilder($"/ip firewall nat remove [find where comment=\"{Mark}\"]\n");
        var device = table.Device is { } name ? $" out-interface={name}" : "";
        foreach (var mapping in table.Mappings)
            script.Append(CultureInfo.InvariantCulture, $"/ip firewall nat add chain=srcnat action=src-nat protocol=tcp dst-port=25 src-address={mapping.Local}{device} to-addresses={mapping.Public} comment=\"{Mark}\"\n");
        // Item numbers are only valid after a print; what find gives always is.
        script.Append("{\n:local others [/ip firewall nat find where chain=srcnat and comment!=\"" + Mark + "\"]\n"
            + ":if ([:len $others] > 0) do={ /ip firewall nat move [find where comment=\"" + Mark + "\"] destination=[:pick $others 0] }\n}\n");
        return new(script.ToString(), $"/ip firewall nat remove [find where comment=\"{Mark}\"]\n", PlatformNotes.Of(table,
        [
            "The public addresses must be on the router (/ip address) or routed to it.",
            "The rules are moved above every other rule of the chain srcnat, masquerade among them: the first that matches wins. Look: /ip firewall nat print where chain=srcnat. Whether they can stand above rules that RouterOS makes itself (flag D) is unverified; their order among each other makes no difference.",
            "Enter safe mode before (Ctrl+X): if the session is lost, what was entered is undone; leave it by Ctrl+X when mail is seen as it should be.",
            "Connections that stand keep their old address: /ip firewall connection remove [find where protocol=tcp and dst-address~\":25\\$\"]. It ends all to port 25, incoming mail's too.",
            "Masquerade forgets connections when its link goes down and comes up; these rules don't, but with several uplinks a connection may then leave by another one: give out-interface where the address belongs to one uplink.",
        ]));
    }
}
