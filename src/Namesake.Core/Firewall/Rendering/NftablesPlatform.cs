namespace Namesake.Core.Firewall.Rendering;

internal sealed class NftablesPlatform : IPlatform
{
    public string Word => "nftables";

    public string Title => "nftables";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table) => new(NftablesText.Of(table), NftablesText.Of(null), PlatformNotes.Of(table,
    [
        "Look at it without effect: nft -c -f FILE. Load it: nft -f FILE, which takes all of it or nothing.",
        "It stands at priority srcnat - 10 (90), before general masquerade at srcnat (100). A nat chain of a lower priority is met before it: nft list ruleset.",
        "It is gone after a reboot unless the file is included from /etc/nftables.conf (Debian; other systems have other places).",
        "Connections that stand keep their old address: conntrack -D -p tcp --dport 25 -s ADDRESS for each local address.",
    ], knowsUsers: true));
}
