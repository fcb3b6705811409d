using System.Net;
using System.Text;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Firewall;

namespace Namesake.Fuzz.Targets;

/// <summary>What nft prints and what the kernel's connection table holds: names and comments in them are anybody's.</summary>
internal static class FirewallTargets
{
    private static readonly IPAddress[] Sources = [IPAddress.Parse("10.0.0.5"), IPAddress.Parse("2001:db8::5")];

    /// <summary>Never throws, and whatever rules come of it, a walk through them ends.</summary>
    public static void Ruleset(ReadOnlySpan<byte> input)
    {
        if (RulesetReader.Read(input.ToArray()) is not { } rules)
            return;
        foreach (var source in Sources)
        {
            var outcome = NatWalk.Of(rules, source, "eth0");
            Promise.That(outcome.Translated is null || outcome.Translated.Place.Length > 0);
        }
    }

    /// <summary>The same for what iptables prints. What is taken for our own chain is one that we could have written.</summary>
    public static void Iptables(ReadOnlySpan<byte> input)
    {
        var reading = IptablesReader.Read(Encoding.UTF8.GetString(input));
        foreach (var source in Sources)
        {
            var outcome = NatWalk.Of(reading.Rules, source, "eth0");
            Promise.That(outcome.Translated is null || outcome.Translated.Place.Length > 0);
        }
        var (ours, trouble) = reading.Own.Read();
        Promise.That(ours is null || trouble is null);
        Promise.That(ours is null || !ours.Untranslatable.Any());
    }

    /// <summary>Our own table among nft's.</summary>
    public static void OurTable(ReadOnlySpan<byte> input)
    {
        if (OwnTable.Read(input.ToArray()) is not { Ours: { } ours } own)
            return;
        Promise.That(own.Trouble is null && own.Handle != 0);
        Promise.That(!ours.Untranslatable.Any());
    }

    public static void Connections(ReadOnlySpan<byte> input)
    {
        using var reader = new StringReader(Encoding.Latin1.GetString(input));
        Promise.That(ConnectionTable.Read(reader).Length <= ConnectionTable.MostConnections);
    }

    /// <summary>A list of mappings: identities or faults, never both; each local address once, and no fault moves a cursor.</summary>
    public static void MappingLines(ReadOnlySpan<byte> input)
    {
        var list = MappingList.Read(input);
        Promise.That(list.Identities.IsEmpty != list.Faults.IsEmpty);
        Promise.That(list.Faults.Length <= 20 && list.Faults.All(fault => !fault.Any(char.IsControl)));
        Promise.That(list.Identities.Select(identity => identity.Local).Distinct().Count() == list.Identities.Length);
        if (list.Identities.IsEmpty)
            return;
        Promise.That(VariantAdvisor.For(Situation.Of(list.Identities, ownsReverse: true, isPool: false, canBind: null)).Why.Length > 0);
        var again = MappingList.Read(Encoding.UTF8.GetBytes(string.Join('\n', list.Identities.Select(identity => $"{identity.Local} {identity.Public} {identity.Ehlo}"))));
        Promise.That(again.Identities.SequenceEqual(list.Identities));
    }
}
