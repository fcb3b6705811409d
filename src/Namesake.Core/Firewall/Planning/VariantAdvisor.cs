using System.Net.Sockets;
using Namesake.Core.Plans;

namespace Namesake.Core.Firewall.Planning;

/// <summary>What is known of an installation when somebody asks which way to go.</summary>
/// <param name="Names">EHLO names wanted.</param>
/// <param name="PublicAddresses">Public addresses there are for mail.</param>
/// <param name="OwnsReverse">We, or somebody who does what we ask, write the PTR records of all of them.</param>
/// <param name="IsTranslated">A firewall between the sources and the outside changes addresses.</param>
/// <param name="IsPool">… and picks one of several by itself.</param>
/// <param name="CanBind">The sender binds its sockets to an address of its choice, as this relay does.</param>
/// <param name="HasIPv6">Receivers are to be reached over IPv6 too.</param>
public sealed record Situation(int Names, int PublicAddresses, bool OwnsReverse, bool IsTranslated, bool IsPool, bool CanBind, bool HasIPv6)
{
    /// <summary>What a list of wanted identities tells of it.</summary>
    /// <param name="canBind">Null: not known. Then whoever says several names, each from an address of its own, can.</param>
    public static Situation Of(IReadOnlyCollection<WantedIdentity> identities, bool ownsReverse, bool isPool, bool? canBind)
    {
        var six = identities.Where(identity => identity.Public.AddressFamily == AddressFamily.InterNetworkV6).ToList();
        var counted = six.Count == identities.Count ? six : [.. identities.Except(six)];
        var names = counted.Select(identity => identity.Ehlo).Distinct().Count();
        return new(names, counted.Select(identity => identity.Public).Distinct().Count(), ownsReverse, isPool || counted.Any(identity => !identity.Local.Equals(identity.Public)), isPool,
            canBind ?? (names > 1 || counted.Select(identity => identity.Local).Distinct().Count() == 1), six.Count > 0);
    }
}

public enum Variant
{
    /// <summary>Each name its address: PTR records, with the source bound or mapped one to one.</summary>
    PtrPerAddress = 1,

    /// <summary>All leave under one address and one neutral name; the brand stays in From, DKIM and return path.</summary>
    OneAddress = 2,

    /// <summary>The host's own choice of address is put right: bind, or SkipAsSource on Windows.</summary>
    PinTheSource = 3,

    /// <summary>What is wanted can't be had with what there is.</summary>
    Impossible = 0,
}

/// <param name="First">What has to be done before; null when nothing.</param>
public sealed record Advice(Variant Variant, string Why, string? First = null)
{
    /// <summary>"variant 1: a PTR record for each address".</summary>
    public string Title => Variant switch
    {
        Variant.PtrPerAddress => "variant 1: a PTR record for each address",
        Variant.OneAddress => "variant 2: all mail leaves under one address",
        Variant.PinTheSource => "variant 3: the host's choice of its source is put right",
        _ => "no variant fits",
    };

    /// <summary>For the head of a plan.</summary>
    public PlanNote ToNote() => new(PlanNoteKind.Advice, Title, $"{char.ToUpperInvariant(Why[0])}{Why[1..]}{(Why.EndsWith('.') ? "" : ".")}{(First is null ? "" : $" {First}.")}");
}

/// <summary>Which variant fits.</summary>
public static class VariantAdvisor
{
    public static Advice For(Situation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var six = situation.HasIPv6 ? " IPv6 addresses are bound, never translated: each has a PTR record of its own." : "";
        if (situation.PublicAddresses == 0)
            return new(Variant.Impossible, "there is no public address mail could leave under");
        if (situation.Names > situation.PublicAddresses)
            return new(Variant.Impossible, situation.PublicAddresses == 1
                ? $"{situation.Names} names can't leave under one address: it has one PTR record. Let all brands say one neutral name (variant 2), or get an address for each name"
                : $"{situation.Names} names need {situation.Names} public addresses, and there are {situation.PublicAddresses}: get more, or let brands share a neutral name");
        var mapping = situation.IsPool ? "Map each local address to one public address first: a pool gives any of them by chance" : null;
        // Translation and PTR records both tell brands apart by the address they come from.
        if (situation is { Names: > 1, CanBind: false })
            mapping = $"Let mail of each name come from a local address of its own first: bind the sending program's sockets, send by this relay, or use a host for each name{(situation.IsPool ? "; and map each of them to one public address, for a pool gives any by chance" : "")}";
        if (!situation.OwnsReverse && situation.Names > 1)
            return new(Variant.PtrPerAddress, $"each name has a public address; the PTR records are somebody else's to write, and the plan has the ticket for them.{six}", mapping);
        if (situation.Names > 1)
            return new(Variant.PtrPerAddress, $"each name has a public address, and its PTR record can be written.{six}", mapping);
        if (situation is { IsTranslated: false, CanBind: false })
            return new(Variant.PinTheSource, $"one name, no translation: it is the host that picks an address. Let the program bind, or take the other addresses out of the choice (SkipAsSource on Windows).{six}");
        return situation.IsTranslated && (situation.PublicAddresses == 1 || !situation.CanBind)
            ? new(Variant.OneAddress, $"one name: all mail may leave under one address, whatever host it comes from.{six}")
            : new(Variant.PtrPerAddress, $"one name; its PTR record makes it right.{six}", mapping);
    }
}
