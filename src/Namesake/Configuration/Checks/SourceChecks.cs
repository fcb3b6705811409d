using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Namesake.Configuration.Sections;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Checks;

/// <summary>The rules for addresses and names: verdicts §8, checks EG-05, EG-09, EH-08 as far as the file alone can break them.</summary>
internal static class SourceChecks
{
    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        Duplicates.Report(draft.Sources.Select(source => source.Id), "sources: the id", problems);
        foreach (var source in draft.Sources)
        {
            CheckLocal(source, problems);
            CheckPublic(source, draft, problems);
        }
        CheckLocalAddressesDiffer(draft, problems);
        CheckOneNamePerPublicAddress(draft, problems);
        SharedSourceChecks.Run(draft, problems);
    }

    private static void CheckLocal(SourceDraft source, Problems problems)
    {
        if (source.LocalAddress is not { } local)
            return;
        if (local.Value.Equals(IPAddress.Any) || local.Value.Equals(IPAddress.IPv6Any))
            problems.Error(local.At, $"sources: {source.Title}: localAddress {local.Value} lets the operating system choose the address, and that is the fault this relay ends: name one address");
        else if (local.Value.IsIPv6Multicast || (local.Value.AddressFamily == AddressFamily.InterNetwork && local.Value.GetAddressBytes()[0] >= 224))
            problems.Error(local.At, $"sources: {source.Title}: localAddress {local.Value} is no address of one machine (multicast, broadcast or reserved)");
        else if (local.Value.IsIPv6LinkLocal)
            problems.Error(local.At, $"sources: {source.Title}: localAddress {local.Value} is link-local: no mail leaves the network from it");
        if (source.PublicAddress is { } seen && seen.Value.AddressFamily != local.Value.AddressFamily)
            problems.Error(seen.At, $"sources: {source.Title}: publicAddress {seen.Value} is {Family(seen.Value)} and localAddress {local.Value} is {Family(local.Value)}: IPv4 and IPv6 are two sources");
    }

    private static void CheckPublic(SourceDraft source, ConfigurationDraft draft, Problems problems)
    {
        if (source.PublicAddress is not { } seen || draft.TreatAsPublic.Any(range => range.Value.Contains(seen.Value)) || SpecialAddresses.Purpose(seen.Value) is not { } purpose)
            return;
        // Examples in manuals are made of these, and must be readable. Nothing leaks: the gate holds such a source by EG-05.
        if (purpose.StartsWith("documentation", StringComparison.Ordinal))
            problems.Warning(seen.At, $"EG-05: sources: {source.Title}: publicAddress {seen.Value} is an example address, {purpose}: mail from this source will be held until it is a real one");
        else
            problems.Error(seen.At, $"EG-05: sources: {source.Title}: publicAddress {seen.Value} is not public: {purpose}. Write the address that receivers see; localAddress is for the one behind the firewall");
    }

    private static void CheckLocalAddressesDiffer(ConfigurationDraft draft, Problems problems)
    {
        var first = new Dictionary<IPAddress, SourceDraft>();
        foreach (var source in draft.Sources)
            if (source.LocalAddress is { } local && !first.TryAdd(local.Value, source))
                problems.Error(local.At, string.Create(CultureInfo.InvariantCulture,
                    $"sources: {source.Title}: localAddress {local.Value} is source {first[local.Value].Title}'s already (line {first[local.Value].LocalAddress!.At.Line}): a local address is unique on its node"));
    }

    private static void CheckOneNamePerPublicAddress(ConfigurationDraft draft, Problems problems)
    {
        var first = new Dictionary<IPAddress, SourceDraft>();
        foreach (var source in draft.Sources)
        {
            if (source.PublicAddress is not { } seen || source.Ehlo is not { } name)
                continue;
            if (first.TryAdd(seen.Value, source))
                continue;
            var other = first[seen.Value];
            if (other.Ehlo!.Value != name.Value)
                problems.Error(name.At, string.Create(CultureInfo.InvariantCulture,
                    $"EG-09, EH-08: sources: {source.Title}: the public address {seen.Value} says {other.Ehlo.Value} as source {other.Title} (line {other.Ehlo.At.Line}) and {name.Value} here: one address can bear one name only"));
        }
    }

    private static string Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
}
