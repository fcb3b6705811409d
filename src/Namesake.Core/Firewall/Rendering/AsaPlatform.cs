using System.Globalization;
using System.Net;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Cisco ASA 8.4(2) and newer: twice NAT, put into line 1 of section 1, before all other rules.</summary>
/// <remarks>An address translated to itself would be answered for by the ASA (proxy ARP) and choose the way out by the rule; both are told to stay as they are without it.</remarks>
internal sealed class AsaPlatform : IPlatform
{
    private const string Service = "NAMESAKE-SMTP";

    public string Word => "cisco-asa";

    public string Title => "Cisco ASA";

    public string Comment => "!";

    public RenderedText Render(TranslationTable table)
    {
        var outside = table.Device ?? "outside";
        var (apply, rules, undo, objects) = (new StringBuilder($"object service {Service}\n service tcp destination eq smtp\n"), new StringBuilder(), new StringBuilder(), new StringBuilder());
        var groups = PublicGroup.Of(table);
        foreach (var group in groups)
        {
            var (mapped, real) = (Mapped(group.Public), group.KeepsItsOwn ? Mapped(group.Public) : $"{Mapped(group.Public)}-LOCAL");
            apply.Append(CultureInfo.InvariantCulture, $"object network {mapped}\n host {group.Public}\n");
            objects.Append(CultureInfo.InvariantCulture, $"no object network {mapped}\n");
            if (!group.KeepsItsOwn)
            {
                apply.Append(CultureInfo.InvariantCulture, $"object-group network {real}\n");
                foreach (var local in group.Locals)
                    apply.Append(CultureInfo.InvariantCulture, $" network-object host {local}\n");
                objects.Append(CultureInfo.InvariantCulture, $"no object-group network {real}\n");
            }

            var rule = $"source {(group.KeepsItsOwn ? "static" : "dynamic")} {real} {mapped} service {Service} {Service}{(group.KeepsItsOwn ? " no-proxy-arp route-lookup" : "")} description made by namesake";
            rules.Append(CultureInfo.InvariantCulture, $"nat (inside,{outside}) 1 {rule}\n");
            undo.Append(CultureInfo.InvariantCulture, $"no nat (inside,{outside}) {rule}\n");
        }

        return new(apply.Append(rules).ToString(), undo.Append(objects).Append(CultureInfo.InvariantCulture, $"no object service {Service}\n").ToString(), PlatformNotes.Of(table,
        [
            $"In configuration mode. inside is the interface (nameif) the mail servers are behind, {outside} the one mail leaves by: put yours in their place.",
            "Line 1 is met before all other manual rules, and those before object NAT and after-auto: show nat. A rule of the same line moves down.",
            $"The address of the interface {outside} itself can't be mapped to by an object: put the keyword interface in place of its object.",
            "Addresses that are on no interface must be routed to the ASA, or in the subnet of the interface, where it answers ARP for them.",
            "Access lists name the real (local) addresses and are not changed by this.",
            .. groups.Any(group => group.KeepsItsOwn) ? (string[])["no-proxy-arp and route-lookup leave ARP and routing of an address that stays itself as they are. Versions before 8.4(2) don't know the two words and behave so anyway: leave them out there."] : [],
            "Translations that stand keep their old address, and an address that a removed rule's connections still use is not given out by a new rule before they end: clear xlate local ADDRESS for each local address; it ends all its connections, not mail's alone (unverified whether clear conn address ADDRESS port 25 is enough in your version).",
            "Save by write memory only when mail is seen as it should be: until then a reload is the way back.",
        ]));
    }

    private static string Mapped(IPAddress address) => $"NAMESAKE-{address}";
}
