using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Windows: no translation by source for sockets of its own programs. Variant 3 in its place: which of its addresses Windows may choose.</summary>
internal sealed class WindowsPlatform : IPlatform
{
    // Interfaces by their alias: an index may be another after an adapter was switched off and on, and undo may come weeks later.
    private const string State = "$env:ProgramData\\namesake-skipassource.csv";

    public string Word => "windows";

    public string Title => "Windows (variant 3)";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        table.RequireIPv4();
        var keep = table.Mappings[0];
        var apply = new StringBuilder();
        apply.Append("# PowerShell, as administrator, on the mail host. Takes all other addresses of the host for mail out of Windows' choice of a source.\n");
        apply.Append("$ErrorActionPreference = 'Stop'\n");
        apply.Append($"$keep = '{keep.Local}'\n");
        apply.Append($"$mail = @({string.Join(", ", table.Mappings.Select(mapping => $"'{mapping.Local}'"))})\n");
        apply.Append("if (-not (Get-NetIPAddress -AddressFamily IPv4 | Where-Object { $_.IPAddress -eq $keep })) { throw \"$keep is no address of this host\" }\n");
        apply.Append("$now = @(Get-NetIPAddress -AddressFamily IPv4 | Where-Object { $_.IPAddress -in $mail })\n");
        apply.Append($"if (-not (Test-Path \"{State}\")) {{ $now | Select-Object IPAddress, InterfaceAlias, SkipAsSource | Export-Csv -NoTypeInformation -Path \"{State}\" }}\n");
        apply.Append("$now | ForEach-Object { Set-NetIPAddress -IPAddress $_.IPAddress -InterfaceAlias $_.InterfaceAlias -SkipAsSource ($_.IPAddress -ne $keep) }\n");
        apply.Append("Find-NetRoute -RemoteIPAddress 198.41.0.4 | Select-Object -First 1 -ExpandProperty IPAddress\n");
        var undo = "$ErrorActionPreference = 'Stop'\n"
            + $"Import-Csv -Path \"{State}\" | ForEach-Object {{ Set-NetIPAddress -IPAddress $_.IPAddress -InterfaceAlias $_.InterfaceAlias -SkipAsSource ([bool]::Parse($_.SkipAsSource)) }}\n"
            + $"Remove-Item -Path \"{State}\"\n";
        var publics = table.Mappings.Select(mapping => mapping.Public).Distinct().ToList();
        return new(apply.ToString(), undo, PlatformNotes.Of(table,
        [
            "Windows translates no sockets of its own programs by their source. WinNAT (New-NetNat) is for the networks of virtual machines, and RRAS for hosts it routes for: neither touches mail of a program on the host itself.",
            $"After the script Windows chooses {keep.Local} as source, and the script's last line shows it. The firewall before the host must then let {keep.Local} leave as {keep.Public}.",
            .. publics.Count == 1 ? (string[])[] : [$"These addresses are to leave as {string.Join(", ", publics)}. One host has one source this way: for more names, send by a relay that binds its sockets, or use a host for each name."],
            "Exchange: only Edge servers have SourceIPAddress at a send connector; Mailbox servers leave the choice to Windows. Receive connectors go on listening on all addresses.",
            "Without SkipAsSource Windows prefers the address that shares most leading bits with the next hop, often the lowest.",
            "Addresses with SkipAsSource are no longer registered in DNS by the host. That the network dialogue of Windows clears the flag when addresses are changed there is told and unverified: look again after such a change (Get-NetIPAddress | Select-Object IPAddress, SkipAsSource).",
            "The flag stays over reboots: without -PolicyStore the cmdlet writes both stores, the active and the persistent one. Connections that stand keep their address.",
        ]));
    }
}
