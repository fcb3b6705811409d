using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>FortiGate: addresses, an IP pool for each public address, and rules of the central SNAT table.</summary>
internal sealed class FortiGatePlatform : IPlatform
{
    /// <summary>Rules have numbers of our own, so that undo finds them.</summary>
    private const int FirstRule = 62501;

    private const string Mark = "made by namesake";

    public string Word => "fortigate";

    public string Title => "FortiGate";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        var groups = PublicGroup.Of(table);
        var outside = table.Device ?? "wan1";
        return new(Apply(groups, outside), Undo(groups), PlatformNotes.Of(table,
        [
            $"For FortiOS with central NAT (config system settings, set central-nat enable). Don't switch it on for this alone: it takes NAT away from all policies. Without it, leave the last block out and use the pools in a policy of their own for the service SMTP, above the general one: set nat enable, set ippool enable, set poolname \"namesake-…\".",
            $"{outside} is the interface mail leaves by: put yours in its place. A policy that lets SMTP out must exist, as before.",
            string.Create(CultureInfo.InvariantCulture, $"New rules stand last, and the first that matches wins: in config firewall central-snat-map, move each of {FirstRule} to {FirstRule + groups.Length - 1} before the first one: move {FirstRule} before ID. Numbers that are in use already would be overwritten: look before (show firewall central-snat-map)."),
            "A virtual IP (VIP) for one of the local addresses with set nat-source-vip enable wins over all of this, in no policy even: mail then leaves as the VIP's external address. Look: show firewall vip. Without that setting the pool wins.",
            "dst-port in central SNAT is known from FortiOS 7.4 on. Before, the line is refused and the rule would take all TCP of these hosts: then only do it where that is wanted, or without central NAT, by policies with the pools.",
            "A pool answers ARP for its address (arp-reply, on unless switched off); an address outside the subnet of the interface must be routed to the device.",
            "As a way back by itself, before anything else: config system global, set cfg-save revert, set cfg-revert-timeout 600; keep it by execute cfg save when mail is seen as it should be, then set cfg-save automatic. If it goes back, the device restarts with the saved configuration, in a cluster all members do.",
            "Sessions that stand keep their old address: diagnose sys session filter dport 25, diagnose sys session filter src ADDRESS, diagnose sys session clear. Without the filter all sessions would go.",
        ]));
    }

    private static string Apply(ImmutableArray<PublicGroup> groups, string outside)
    {
        var text = new StringBuilder("config firewall address\n");
        foreach (var local in groups.SelectMany(group => group.Locals).Distinct())
            text.Append(CultureInfo.InvariantCulture, $"    edit \"namesake-from-{local}\"\n        set subnet {local} 255.255.255.255\n        set comment \"{Mark}\"\n    next\n");
        text.Append("end\n");
        if (groups.Any(group => !group.KeepsItsOwn))
        {
            text.Append("config firewall ippool\n");
            foreach (var group in groups.Where(group => !group.KeepsItsOwn))
                text.Append(CultureInfo.InvariantCulture, $"    edit \"namesake-{group.Public}\"\n        set type overload\n        set startip {group.Public}\n        set endip {group.Public}\n        set comments \"{Mark}\"\n    next\n");
            text.Append("end\n");
        }

        text.Append("config firewall central-snat-map\n");
        foreach (var (index, group) in groups.Index())
        {
            var from = string.Join(' ', group.Locals.Select(local => $"\"namesake-from-{local}\""));
            text.Append(CultureInfo.InvariantCulture, $"    edit {FirstRule + index}\n        set comments \"{Mark}\"\n        set srcintf \"any\"\n        set dstintf \"{outside}\"\n        set orig-addr {from}\n        set dst-addr \"all\"\n        set protocol 6\n        set dst-port 25\n");
            text.Append(group.KeepsItsOwn ? "        set nat disable\n" : $"        set nat enable\n        set nat-ippool \"namesake-{group.Public}\"\n").Append("    next\n");
        }

        return text.Append("end\n").ToString();
    }

    private static string Undo(ImmutableArray<PublicGroup> groups)
    {
        var text = new StringBuilder("config firewall central-snat-map\n");
        foreach (var (index, _) in groups.Index())
            text.Append(CultureInfo.InvariantCulture, $"    delete {FirstRule + index}\n");
        text.Append("end\n");
        if (groups.Any(group => !group.KeepsItsOwn))
        {
            text.Append("config firewall ippool\n");
            foreach (var group in groups.Where(group => !group.KeepsItsOwn))
                text.Append(CultureInfo.InvariantCulture, $"    delete \"namesake-{group.Public}\"\n");
            text.Append("end\n");
        }

        text.Append("config firewall address\n");
        foreach (var local in groups.SelectMany(group => group.Locals).Distinct())
            text.Append(CultureInfo.InvariantCulture, $"    delete \"namesake-from-{local}\"\n");
        return text.Append("end\n").ToString();
    }
}
