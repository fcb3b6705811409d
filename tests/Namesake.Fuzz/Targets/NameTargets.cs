using System.Net;
using System.Text;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;
using Generic = Namesake.Core.Identity.Checks.GenericName;

namespace Namesake.Fuzz.Targets;

internal static class NameTargets
{
    private static readonly IPAddress V4 = IPAddress.Parse("203.0.113.5"), V6 = IPAddress.Parse("2001:db8:17:4::5");

    /// <summary>A PTR target, as hostile as a zone may make it: judged whatever it is, and alike in any case, with and without its dot.</summary>
    public static void GenericName(ReadOnlySpan<byte> input)
    {
        var text = Encoding.Latin1.GetString(input);
        foreach (var address in new[] { null, V4, V6 })
        {
            var why = Generic.WhyGeneric(text, address);
            Promise.That(why is not { Length: 0 });
            if (!System.Text.Ascii.IsValid(text) || text.Length > 250)
                continue;
            Promise.That(Generic.WhyGeneric(text.ToUpperInvariant(), address) == why);
            Promise.That(Generic.WhyGeneric($"{text}.", address) == why);
        }
    }

    /// <summary>A reverse zone's name: it has a prefix or none, and misspelt names stay inside it.</summary>
    public static void ReverseZone(ReadOnlySpan<byte> input)
    {
        var zone = Encoding.Latin1.GetString(input);
        var prefix = NibbleForms.PrefixOf(zone);
        Promise.That(prefix is null || IPRange.TryParse(prefix, out _, out _));
        foreach (var name in NibbleForms.Misspelt(V6, zone))
            Promise.That(prefix is not null && name.Value.EndsWith(zone, StringComparison.Ordinal));
    }
}
