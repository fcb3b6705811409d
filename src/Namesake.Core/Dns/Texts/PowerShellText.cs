using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Namesake.Core.Plans;

namespace Namesake.Core.Dns.Texts;

/// <summary>A plan as a script for Windows DNS, with the cmdlets of its module DnsServer. PowerShell 5, for [ciminstance]::new, which is how the documentation of Set-DnsServerResourceRecord copies a record.</summary>
/// <remarks>The script looks at all records first and writes none when one of them is otherwise than the plan expects. Records of a zone and type are fetched whole and picked by name: asked for a name that isn't there, the cmdlet
/// fails as it does for a zone that can't be read, and unknown is not "missing". What is new is added before what is old is removed.</remarks>
public static class PowerShellText
{
    private const string Head = """
        #Requires -Version 5.0
        #Requires -Modules DnsServer
        [CmdletBinding(SupportsShouldProcess)]
        param([string] $ComputerName = $env:COMPUTERNAME)
        $ErrorActionPreference = 'Stop'
        Set-StrictMode -Version 2
        # Functions of modules don't see the preferences of a script: they are told each time.
        $read = @{ ComputerName = $ComputerName; ErrorAction = 'Stop' }
        $write = $read + @{ WhatIf = $WhatIfPreference }

        function Get-Held($Zone, $Name, $Type) {
            @(Get-DnsServerResourceRecord @read -ZoneName $Zone -RRType $Type | Where-Object { $_.HostName -eq $Name })
        }
        function Get-Value($Record) {
            switch ($Record.RecordType) {
                'A' { $Record.RecordData.IPv4Address.IPAddressToString }
                'AAAA' { $Record.RecordData.IPv6Address.IPAddressToString }
                'PTR' { $Record.RecordData.PtrDomainName.TrimEnd('.') + '.' }
            }
        }
        function Test-Same($One, $Other) { (@($One | Sort-Object) -join ' ') -eq (@($Other | Sort-Object) -join ' ') }
        function Test-Change($Zone, $Name, $Type, $Old, $New) {
            if (Get-Held $Zone $Name 'CName') { return "$Name in $Zone is an alias" }
            $held = @(Get-Held $Zone $Name $Type | ForEach-Object { Get-Value $_ })
            if (-not (Test-Same $held $Old) -and -not (Test-Same $held $New)) { return "$Name $Type in $Zone is '$held', and was to be '$Old'" }
        }
        function Set-Change($Zone, $Name, $Type, $New, $Ttl) {
            $lifetime = [TimeSpan]::FromSeconds($Ttl)
            $held = @(Get-Held $Zone $Name $Type)
            foreach ($value in $New) {
                $same = $held | Where-Object { (Get-Value $_) -eq $value }
                if ($same) {
                    if ($same.TimeToLive -ne $lifetime) {
                        $changed = [ciminstance]::new($same)
                        $changed.TimeToLive = $lifetime
                        Set-DnsServerResourceRecord @write -ZoneName $Zone -OldInputObject $same -NewInputObject $changed
                    }
                    continue
                }
                switch ($Type) {
                    'A' { Add-DnsServerResourceRecordA @write -ZoneName $Zone -Name $Name -IPv4Address $value -TimeToLive $lifetime }
                    'AAAA' { Add-DnsServerResourceRecordAAAA @write -ZoneName $Zone -Name $Name -IPv6Address $value -TimeToLive $lifetime }
                    'Ptr' { Add-DnsServerResourceRecordPtr @write -ZoneName $Zone -Name $Name -PtrDomainName $value -TimeToLive $lifetime }
                }
            }
            foreach ($record in $held) {
                if ((Get-Value $record) -notin $New) { Remove-DnsServerResourceRecord @write -ZoneName $Zone -InputObject $record -Force }
            }
        }


        """;

    private const string Tail = """

        $against = @($changes | ForEach-Object { Test-Change $_.Zone $_.Name $_.Type $_.Old $_.New })
        if ($against) { throw "Nothing was changed. " + ($against -join '; ') }
        foreach ($change in $changes) { Set-Change $change.Zone $change.Name $change.Type $change.New $change.Ttl }
        if (-not $WhatIfPreference) {
            foreach ($change in $changes) {
                $held = @(Get-Held $change.Zone $change.Name $change.Type | ForEach-Object { Get-Value $_ })
                if (-not (Test-Same $held $change.New)) { throw "$($change.Name) $($change.Type) in $($change.Zone) is '$held' after all" }
            }
        }

        """;

    /// <param name="steps">Those of the plan, or its way back (<see cref="Plan.Inverse"/>).</param>
    public static string Of(Plan plan, ImmutableArray<PlanStep> steps)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var isUndo = steps != plan.Steps;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {(isUndo ? "Undoes plan" : "Plan")} {plan.Id} of {plan.Node}. Run it on the DNS server, or with -ComputerName; with -WhatIf it changes nothing and says what it would.\n");
        text.Append(Head).Append("$changes = @(\n");
        foreach (var step in steps.Where(step => step.Changes.OfType<RecordChange>().Any()))
        {
            text.Append(CultureInfo.InvariantCulture, $"    # {step.Title}\n");
            foreach (var change in step.Changes.OfType<RecordChange>())
                Append(text, change);
        }

        text.Append(")\n");
        foreach (var zone in steps.SelectMany(step => step.Changes).OfType<ZoneChange>())
            text.Append(CultureInfo.InvariantCulture, $"# The zone {zone.Zone} is to be {(zone.Removes ? "removed" : "made")} by hand.\n");
        return text.Append(Tail).ToString();
    }

    private static void Append(StringBuilder text, RecordChange change)
    {
        text.Append(CultureInfo.InvariantCulture, $"    # {Comment(change.Reason)}\n");
        text.Append(CultureInfo.InvariantCulture, $"    @{{ Zone = {Quoted(change.Zone.Value)}; Name = {Quoted(RelativeName.Of(change.Name, change.Zone))}; Type = {Quoted(Word(change.Type))}; Old = {List(change.Old)}; New = {List(change.New)}; Ttl = {change.New?.Ttl ?? 0} }}\n");
    }

    private static string List(RecordSet? set) => $"@({string.Join(", ", (set?.Values ?? []).Select(Quoted))})";

    private static string Word(RecordType type) => type switch { RecordType.Ptr => "Ptr", RecordType.CName => "CName", _ => type.Word() };

    /// <summary>In single quotes nothing is expanded; PowerShell takes typographic ones for the same.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('\'');
        foreach (var letter in text)
            quoted.Append(letter is '\'' or '\u2018' or '\u2019' or '\u201a' or '\u201b' ? new string(letter, 2) : letter.ToString());
        return quoted.Append('\'').ToString();
    }

    private static string Comment(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
