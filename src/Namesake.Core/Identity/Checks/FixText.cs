using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>The record that puts it right, as it stands in a zone file, and who can write it.</summary>
public static class FixText
{
    public static string AddressType(Source source) => source.PublicAddress.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA";

    /// <summary>Absolute, with the dots a zone file needs.</summary>
    public static string Record(DomainName owner, string type, string value) => $"{owner}. {type} {value}{(type == "PTR" ? "." : "")}";

    internal static string AddPointer(IdentityFacts facts) =>
        $"Add the record {Record(facts.Dns!.Pointer.Owner, "PTR", facts.Source.Ehlo.Value)} {WhoWritesReverse}";

    internal static string ChangePointer(IdentityFacts facts)
    {
        var old = facts.Dns!.Pointer.Pointers.Select(pointer => pointer.Target).Where(target => target != facts.Source.Ehlo.Value).Take(3).ToList();
        return $"Change the PTR record to {Record(facts.Dns.Pointer.Owner, "PTR", facts.Source.Ehlo.Value)}{(old.Count == 0 ? "" : $" (in place of {string.Join(", ", old)})")} {WhoWritesReverse}";
    }

    internal static string AddAddress(IdentityFacts facts)
    {
        var source = facts.Source;
        var type = AddressType(source);
        var pool = facts.Pool.Where(member => member.PublicAddress.AddressFamily == source.PublicAddress.AddressFamily).Select(member => member.PublicAddress).Append(source.PublicAddress)
            .Distinct().ToList();
        var foreign = facts.Dns!.Ehlo.Addresses.Except(pool).ToList();
        var text = $"Add the record {Record(source.Ehlo, type, source.PublicAddress.ToString())}";
        if (pool.Count > 1)
            text += $" beside those of the other sources with this name ({string.Join(", ", pool.Where(address => !address.Equals(source.PublicAddress)))})";
        if (foreign.Count > 0)
            text += $"; remove {string.Join(", ", foreign)} from it if no mail leaves there";
        return text;
    }

    /// <summary>Reverse and forward don't meet: whichever record is nearer to the wanted state is kept.</summary>
    internal static string Confirm(IdentityFacts facts)
    {
        var dns = facts.Dns!;
        var ehlo = facts.Source.Ehlo.Value;
        if (dns.Pointer.Pointers.Any(pointer => pointer.Target == ehlo))
            return AddAddress(facts);
        return dns.Ehlo.Addresses.Contains(facts.Source.PublicAddress) ? ChangePointer(facts) : $"{AddAddress(facts)}. Then: {ChangePointer(facts)}";
    }

    private const string WhoWritesReverse = "(the reverse zone belongs to whoever gave you the address: ask that provider if it isn't yours)";
}
