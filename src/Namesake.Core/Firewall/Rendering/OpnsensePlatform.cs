using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>OPNsense: its API for source NAT, within a savepoint that goes back by itself.</summary>
internal sealed class OpnsensePlatform : IPlatform
{
    private const string Head = """
        #!/bin/sh
        # Needs HOST, KEY and SECRET in the environment: System > Access > Users > API keys.
        set -eu
        call() { curl --fail --silent --show-error --user "$KEY:$SECRET" --header 'Content-Type: application/json' --data "$2" "https://$HOST/api/firewall/source_nat/$1"; }

        """;

    public string Word => "opnsense";

    public string Title => "OPNsense";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        table.RequireIPv4();
        var apply = new StringBuilder(Head.ReplaceLineEndings("\n"));
        apply.Append("""
            revision=$(call savepoint '{}' | sed -n 's/.*"revision":"\([0-9.]*\)".*/\1/p')
            [ -n "$revision" ] || { echo 'no savepoint: nothing was changed' >&2; exit 1; }
            add() {
                answer=$(call addRule "$1")
                case $answer in *'"result":"saved"'*) ;; *) echo "refused: $answer" >&2; exit 1 ;; esac
                echo "$answer" | sed -n 's/.*"uuid":"\([0-9a-f-]*\)".*/\1/p' >> namesake-opnsense.uuids
            }

            """.ReplaceLineEndings("\n"));
        foreach (var mapping in table.Mappings)
            apply.Append(CultureInfo.InvariantCulture, $"add '{{\"rule\":{{\"enabled\":\"1\",\"sequence\":\"1\",\"interface\":\"{table.Device ?? "wan"}\",\"ipprotocol\":\"inet\",\"protocol\":\"TCP\",\"source_net\":\"{mapping.Local}\",\"destination_net\":\"any\",\"destination_port\":\"25\",\"target\":\"{mapping.Public}\",\"description\":\"made by namesake\"}}}}'\n");
        apply.Append("""
            call "apply/$revision" '{}'
            printf 'Is mail seen as it should be? Enter keeps it; without it all goes back in 60 seconds. '
            read -r _
            call "cancelRollback/$revision" '{}'

            """.ReplaceLineEndings("\n"));
        var undo = Head.ReplaceLineEndings("\n") + """
            while read -r uuid; do call "delRule/$uuid" '{}'; done < namesake-opnsense.uuids
            call apply '{}'
            rm namesake-opnsense.uuids

            """.ReplaceLineEndings("\n");
        return new(apply.ToString(), undo, PlatformNotes.Of(table,
        [
            $"Run it where the firewall can be reached, not over a connection it translates. {table.Device ?? "wan"} is the interface's name in the API: put yours in its place where it is another.",
            "Firewall > NAT > Outbound (Source NAT) must be in hybrid or manual mode: in automatic mode rules of the API have no effect.",
            "The rules stand under Firewall > Automation > Source NAT (in newer versions Firewall > NAT > Source NAT), with sequence 1. Whether they are met before manual rules of the old page in your version is unverified: look with pfctl -s nat.",
            "The public addresses must be on the firewall, as virtual IPs of the interface.",
            "savepoint, apply and cancelRollback are documented for this API; newer versions spell calls with underscores (add_rule) and take both forms (unverified). Where savepoint is not known any more the script changes nothing: make a configuration backup, leave the savepoint's lines out, and keep the undo at hand.",
            "If it goes back by itself, the rules are gone from the configuration too: remove namesake-opnsense.uuids.",
            "States keep their old address: Firewall > Diagnostics > States, or pfctl -k ADDRESS for each local address.",
        ]));
    }
}
