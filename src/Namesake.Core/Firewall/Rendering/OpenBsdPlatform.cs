using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>pf of OpenBSD 4.7 and newer, where translation is an option of a match rule. pf.conf(5), pfctl(8)</summary>
internal sealed class OpenBsdPlatform : IPlatform
{
    public string Word => "pf-openbsd";

    public string Title => "pf of OpenBSD";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        var rules = new StringBuilder("# Made by namesake: the rules of the anchor \"namesake\". TCP port 25 only.\n");
        var user = table.User is { } id ? string.Create(CultureInfo.InvariantCulture, $" user {id}") : "";
        foreach (var group in PublicGroup.Of(table))
            rules.Append(CultureInfo.InvariantCulture, $"match out on {table.Device ?? "egress"} inet proto tcp from {Hosts(group)} to any port 25{user} nat-to {group.Public}\n");
        return new(rules.ToString(), "pfctl -a namesake -F rules\n",
        [
            "Once, in /etc/pf.conf, above every other rule with nat-to: anchor \"namesake\" out. And, to have it again after a reboot, on the next line: load anchor \"namesake\" from \"/etc/pf.namesake\".",
            "Above, because rules that come later see the packet with its new address: a general rule for the private networks no longer meets it. A general rule for any source (from any … nat-to) would translate it again: let it leave out the public addresses above.",
            "A match rule lets nothing pass: mail must be passed by a rule of yours, as before.",
            "Look at it without effect: pfctl -a namesake -nf /etc/pf.namesake. Load it: pfctl -a namesake -f /etc/pf.namesake.",
            "States keep their old address: pfctl -k ADDRESS for each local address ends its states, not mail's alone. Whether the translated ones are among them is unverified for your version: look by pfctl -vv -s states, and end each that is left by pfctl -k id -k ID.",
            .. table.User is null ? (string[])[] : ["With `user` the rule meets packets of this host's own sockets only, never forwarded ones."],
        ]);
    }

    internal static string Hosts(PublicGroup group) => group.Locals is [var only] ? only.ToString() : $"{{ {string.Join(", ", group.Locals)} }}";
}
