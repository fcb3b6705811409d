# The cmdlets of Windows' module DnsServer that scripts of plans use, with the parameters and objects its documentation gives them, over a JSON file. Whatever else a script calls is an error.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Read-Store { @(Get-Content -Raw $env:NAMESAKE_ZONES | ConvertFrom-Json) }
function Write-Store($Records) { ConvertTo-Json -InputObject @($Records) -Depth 4 | Set-Content $env:NAMESAKE_ZONES }

function Assert-Zone($Zone) {
    if ($Zone -notin ($env:NAMESAKE_ZONE_NAMES -split ',')) { throw "The zone $Zone was not found on server." }
}

# As Win32_DNS gives them: addresses as addresses, names with the dot at the end.
function ConvertTo-Record($Stored) {
    $data = switch ($Stored.type) {
        'A' { @{ IPv4Address = [ipaddress] $Stored.value } }
        'AAAA' { @{ IPv6Address = [ipaddress] $Stored.value } }
        'PTR' { @{ PtrDomainName = $Stored.value } }
        'CNAME' { @{ HostNameAlias = $Stored.value } }
    }
    [pscustomobject] @{ HostName = $Stored.name; RecordType = $Stored.type; TimeToLive = [timespan]::FromSeconds($Stored.ttl); RecordData = [pscustomobject] $data; Value = $Stored.value }
}

function Add-Record($Cmdlet, $Zone, $Name, $Type, $Value, $Lifetime) {
    Assert-Zone $Zone
    $records = Read-Store
    if ($records | Where-Object { $_.zone -eq $Zone -and $_.name -eq $Name -and $_.type -eq $Type -and $_.value -eq $Value }) { throw "Failed to create resource record $Name in zone $Zone. The record already exists." }
    if (-not $Cmdlet.ShouldProcess("$Type $Name in $Zone")) { return }
    Write-Store ($records + [pscustomobject] @{ zone = $Zone; name = $Name; type = $Type; ttl = [int] $Lifetime.TotalSeconds; value = $Value })
}

function Get-DnsServerResourceRecord {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $ZoneName, [string] $Name, [ValidateSet('A', 'AAAA', 'CName', 'Ptr')] [string] $RRType, [string] $ComputerName)
    Assert-Zone $ZoneName
    foreach ($record in Read-Store) { if ($record.zone -eq $ZoneName -and $record.type -eq $RRType) { ConvertTo-Record $record } }
}

function Add-DnsServerResourceRecordA {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $ZoneName, [Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [ipaddress[]] $IPv4Address, [timespan] $TimeToLive, [string] $ComputerName)
    foreach ($address in $IPv4Address) { Add-Record $PSCmdlet $ZoneName $Name 'A' $address.ToString() $TimeToLive }
}

function Add-DnsServerResourceRecordAAAA {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $ZoneName, [Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [ipaddress[]] $IPv6Address, [timespan] $TimeToLive, [string] $ComputerName)
    foreach ($address in $IPv6Address) { Add-Record $PSCmdlet $ZoneName $Name 'AAAA' $address.ToString() $TimeToLive }
}

function Add-DnsServerResourceRecordPtr {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $ZoneName, [Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [string] $PtrDomainName, [timespan] $TimeToLive, [string] $ComputerName)
    Add-Record $PSCmdlet $ZoneName $Name 'PTR' ($PtrDomainName.TrimEnd('.') + '.') $TimeToLive
}

function Set-DnsServerResourceRecord {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $ZoneName, [Parameter(Mandatory)] [object] $OldInputObject, [Parameter(Mandatory)] [object] $NewInputObject, [string] $ComputerName)
    throw 'It takes CIM instances, which only Windows has.'
}

function Remove-DnsServerResourceRecord {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $ZoneName, [Parameter(Mandatory)] [object] $InputObject, [switch] $Force, [string] $ComputerName)
    Assert-Zone $ZoneName
    if (-not $Force) { throw 'It would ask, and nobody is there.' }
    if (-not $PSCmdlet.ShouldProcess("$($InputObject.RecordType) $($InputObject.HostName) in $ZoneName")) { return }
    Write-Store (Read-Store | Where-Object { -not ($_.zone -eq $ZoneName -and $_.name -eq $InputObject.HostName -and $_.type -eq $InputObject.RecordType -and $_.value -eq $InputObject.Value) })
}

Export-ModuleMember -Function *-DnsServerResourceRecord*
