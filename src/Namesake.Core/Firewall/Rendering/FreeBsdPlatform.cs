using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>pf of FreeBSD, with translation as rules of their own. pf.conf(5), pfctl(8)</summary>
internal sealed class FreeBsdPlatform : IPlatform
{
    public string Word => "pf-freebsd";

    public string Title => "pf of FreeBSD";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        var rules = new StringBuilder("# Made by namesake: the rules of the nat-anchor \"namesake\". TCP port 25 only.\n");
        rules.Append(CultureInfo.InvariantCulture, $"ext_if = \"{table.Device ?? "em0"}\"\n");
        foreach (var group in PublicGroup.Of(table))
            rules.Append(CultureInfo.InvariantCulture, $"nat on $ext_if inet proto tcp from {OpenBsdPlatform.Hosts(group)} to any port 25 -> {group.Public}\n");
        return new(rules.ToString(), "pfctl -a namesake -F nat\n", PlatformNotes.Of(table,
        [
            .. table.Device is null ? (string[])["Put the device that leads outside in place of em0."] : [],
            "Once, in /etc/pf.conf, among the translation rules and above every other nat rule, for the first that matches wins: nat-anchor \"namesake\". And, to have it again after a reboot: load anchor \"namesake\" from \"/etc/pf.namesake\".",
            "Look at it without effect: pfctl -a namesake -nf /etc/pf.namesake. Load it: pfctl -a namesake -f /etc/pf.namesake. Filter rules see the new address (the public one) on the way out.",
            "binat rules are met before all nat rules, wherever they stand: one for a local address wins over these.",
            "States keep their old address: pfctl -k ADDRESS and pfctl -k nat -k ADDRESS (its translated ones) for each local address end all its states, not mail's alone. A version that doesn't know nat there finds translated ones by the old public address, and with it those of others behind it.",
            "pfSense writes its own rules and no anchors of others: there, add the same as outbound NAT rules in hybrid mode (unverified against its current documentation).",
        ]));
    }
}
