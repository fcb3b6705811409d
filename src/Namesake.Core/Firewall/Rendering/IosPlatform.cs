using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Cisco IOS and IOS XE: a route map for each public address, a pool of that one address, and overload.</summary>
internal sealed class IosPlatform : IPlatform
{
    public string Word => "cisco-ios";

    public string Title => "Cisco IOS";

    public string Comment => "!";

    public RenderedText Render(TranslationTable table)
    {
        var (apply, undo) = (new StringBuilder(), new StringBuilder());
        var groups = PublicGroup.Of(table);
        foreach (var group in groups)
        {
            if (group.KeepsItsOwn)
            {
                apply.Append(CultureInfo.InvariantCulture, $"! {group.Public} leaves as itself: it needs no rule, only the deny in the lists of the other rules\n");
                continue;
            }

            var name = $"NAMESAKE-{group.Public}";
            apply.Append(CultureInfo.InvariantCulture, $"ip access-list extended {name}\n");
            foreach (var local in group.Locals)
                apply.Append(CultureInfo.InvariantCulture, $" permit tcp host {local} any eq smtp\n");
            apply.Append(CultureInfo.InvariantCulture, $"route-map {name} permit 10\n match ip address {name}\n");
            if (table.Device is { } device)
                apply.Append(CultureInfo.InvariantCulture, $" match interface {device}\n");
            apply.Append(CultureInfo.InvariantCulture, $"ip nat pool {name} {group.Public} {group.Public} prefix-length 24\nip nat inside source route-map {name} pool {name} overload\n");
            undo.Append(CultureInfo.InvariantCulture, $"no ip nat inside source route-map {name} pool {name} overload\nno ip nat pool {name}\nno route-map {name}\nno ip access-list extended {name}\n");
        }

        var denied = string.Join('\n', table.Mappings.Select(mapping => $"deny tcp host {mapping.Local} any eq smtp"));
        return new(apply.ToString(), undo.Length == 0 ? "! nothing to undo\n" : undo.ToString(), PlatformNotes.Of(table,
        [
            "In configuration mode, on a router whose interfaces say ip nat inside and ip nat outside.",
            $"IOS XE asks rules with route maps in the order they were entered and stops at the first that matches, so these come last; what other versions do is not documented. Take mail out of the lists of all other ip nat inside source rules, above their permit lines:\n{denied}",
            "The prefix length only says that an address ending in .0 or .255 is not used; the pool has one address.",
            "The public addresses must be routed to this router, or in the subnet of its outside interface.",
            "Translations that stand keep their old address: show ip nat translations tcp, then clear ip nat translation tcp inside PUBLIC PORT LOCAL PORT for each; clear ip nat translation * ends all connections, of others too.",
            "Undo line by line: while a rule is in use IOS asks whether to delete all its entries, and takes the next line for the answer. Answer yes. Where it says instead that a mapping or pool is in use and can't be removed, stop mail, clear its translations, and enter the line again.",
            "As a way back by itself: configure terminal revert timer 5, then configure confirm when mail is seen as it should be (needs archive; unverified for your version).",
        ]));
    }
}
