using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>OPNsense: its API for source NAT.</summary>
/// <remarks>The firewall itself takes nothing back: its savepoints were removed in 26.7, and before that the way back often did not find its backup. So the script does, whatever ends it before somebody has said that mail is seen as it
/// should be. Nobody is locked out meanwhile: the rules meet port 25 only.</remarks>
internal sealed class OpnsensePlatform : IPlatform
{
    private const string Head = """
        #!/bin/sh
        # Needs HOST, KEY and SECRET in the environment: System > Access > Users > API keys.
        set -eu
        call() { printf 'user = "%s:%s"\n' "$KEY" "$SECRET" | curl --config - --fail --silent --show-error --header 'Content-Type: application/json' --data "$2" "https://$HOST/api/firewall/source_nat/$1"; }
        load() {
            answer=$(call apply '{}')
            case $answer in *[Oo][Kk]*) ;; *) echo "not loaded: $answer" >&2; return 1 ;; esac
        }
        take_back() {
            while read -r uuid; do call "delRule/$uuid" '{}' > /dev/null; done < namesake-opnsense.uuids
            load
            rm namesake-opnsense.uuids
        }

        """;

    private const string Begin = """
        [ ! -e namesake-opnsense.uuids ] || { echo 'namesake-opnsense.uuids is there: undo what it stands for first' >&2; exit 1; }
        : > namesake-opnsense.uuids
        trap 'trap - EXIT; take_back; echo "taken back" >&2; exit 1' EXIT
        trap 'exit 1' HUP INT TERM
        add() {
            answer=$(call addRule "$1")
            case $answer in *'"result":"saved"'*) ;; *) echo "refused: $answer" >&2; exit 1 ;; esac
            echo "$answer" | sed -n 's/.*"uuid":"\([0-9a-f-]*\)".*/\1/p' >> namesake-opnsense.uuids
        }

        """;

    private const string End = """
        load
        printf 'Is mail seen as it should be? Enter keeps the rules, Ctrl+C takes them back. '
        read -r _
        trap - EXIT

        """;

    public string Word => "opnsense";

    public string Title => "OPNsense";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        table.RequireIPv4();
        var apply = new StringBuilder(Head).Append(Begin);
        foreach (var mapping in table.Mappings)
            apply.Append(CultureInfo.InvariantCulture, $"add '{{\"rule\":{{\"enabled\":\"1\",\"sequence\":\"1\",\"interface\":\"{table.Device ?? "wan"}\",\"ipprotocol\":\"inet\",\"protocol\":\"TCP\",\"source_net\":\"{mapping.Local}\",\"destination_net\":\"any\",\"destination_port\":\"25\",\"target\":\"{mapping.Public}\",\"description\":\"made by namesake\"}}}}'\n");
        return new(apply.Append(End).Replace("\r\n", "\n").ToString(), $"{Head}take_back\n".ReplaceLineEndings("\n"), PlatformNotes.Of(table,
        [
            $"Run it where the firewall can be reached, not over a connection it translates. {table.Device ?? "wan"} is the interface's name in the API: put yours in its place where it is another.",
            "Firewall > NAT > Source NAT (before 26.7: Outbound) must be in hybrid or manual mode: in automatic mode 26.7 and newer load no rules of the API. Older versions load them in every mode.",
            "The rules stand under Firewall > NAT > Source NAT (in older versions Firewall > Automation > Source NAT), with sequence 1, and are met before the rules of the old page Outbound and before automatic ones. A rule of yours that has sequence 1 as well may stand before them: look with pfctl -s nat.",
            "The public addresses must be on the firewall, as virtual IPs of the interface.",
            "What is not confirmed is taken back by the script, also when it fails or its terminal is closed; the firewall itself takes nothing back. When even that fails, the rules that were made are in namesake-opnsense.uuids: the undo below takes them.",
            "Newer documentation spells the calls with underscores (add_rule); that these forms are taken too is unverified for versions after 26.7.",
            "States keep their old address: Firewall > Diagnostics > States, or pfctl -k ADDRESS and pfctl -k nat -k ADDRESS for each local address.",
        ]));
    }
}
