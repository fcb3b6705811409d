# Undoes plan dns-20261126-081500-0001 of relay1. Run it on the DNS server, or with -ComputerName; with -WhatIf it changes nothing and says what it would.
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

$changes = @(
    # PTR records
    # a test of PTR
    @{ Zone = '0/28.113.0.203.in-addr.arpa'; Name = '6'; Type = 'Ptr'; Old = @(); New = @('old.acme.example.'); Ttl = 3600 }
    # a test of PTR
    @{ Zone = '0/28.113.0.203.in-addr.arpa'; Name = '5'; Type = 'Ptr'; Old = @('mail.acme.example.'); New = @('O''Brien.Host.Example.'); Ttl = 300 }
    # address records
    # a test of AAAA
    @{ Zone = 'acme.example'; Name = 'mail'; Type = 'AAAA'; Old = @('2001:db8::4', '2001:db8::5'); New = @('2001:db8::4'); Ttl = 3600 }
    # a test of A
    @{ Zone = 'acme.example'; Name = 'mail'; Type = 'A'; Old = @('203.0.113.5'); New = @(); Ttl = 0 }
)

$against = @($changes | ForEach-Object { Test-Change $_.Zone $_.Name $_.Type $_.Old $_.New })
if ($against) { throw "Nothing was changed. " + ($against -join '; ') }
foreach ($change in $changes) { Set-Change $change.Zone $change.Name $change.Type $change.New $change.Ttl }
if (-not $WhatIfPreference) {
    foreach ($change in $changes) {
        $held = @(Get-Held $change.Zone $change.Name $change.Type | ForEach-Object { Get-Value $_ })
        if (-not (Test-Same $held $change.New)) { throw "$($change.Name) $($change.Type) in $($change.Zone) is '$held' after all" }
    }
}
