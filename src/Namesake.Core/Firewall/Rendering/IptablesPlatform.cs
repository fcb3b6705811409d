namespace Namesake.Core.Firewall.Rendering;

internal sealed class IptablesPlatform : IPlatform
{
    public string Word => "iptables";

    public string Title => "iptables";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table) => new(IptablesText.Of(table, hasJump: false), IptablesText.Of(null, hasJump: true), PlatformNotes.Of(table,
    [
        "Look at it without effect: iptables-restore --noflush --test FILE. Load it: iptables-restore --noflush FILE. Without --noflush all other rules of the table nat would go.",
        "For a machine that doesn't have the chain yet. Where an earlier text has been loaded, undo that first, else the jump stands there twice.",
        "It is gone after a reboot unless it is saved (netfilter-persistent save on Debian), and programs that write the whole table nat (firewalld, container engines) may put their rules before it: look again after they start.",
        "Connections that stand keep their old address: conntrack -D -p tcp --dport 25 -s ADDRESS for each local address.",
    ], knowsUsers: true));
}
