using System.Net;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Fuzz.Targets;

internal static class AddressTargets
{
    public static void DomainName(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (!Protocol.Addresses.DomainName.TryParse(text, out var name, out var error))
        {
            Promise.That(error is { Length: > 0 and < 400 });
            return;
        }
        Promise.That(name.Value.Length is > 0 and <= 253 && name.Labels.All(l => l.Length is > 0 and <= 63));
        Promise.That(name.Value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' or '/'));
        Promise.That(name == Protocol.Addresses.DomainName.Parse(name.Value));
        Promise.That(name == Protocol.Addresses.DomainName.Parse(name.ToUnicode()));
        Promise.That(name.IsEqualOrUnder(name) && (name.Parent is null || name.IsEqualOrUnder(name.Parent)));
        if (HostName.TryCreate(name, out var host, out _))
            Promise.That(host.Value.Contains('.', StringComparison.Ordinal) && !host.Value.Contains('_', StringComparison.Ordinal));
        if (ReverseName.TryParse(name, out var address))
            Promise.That(ReverseName.Of(address) == name);
    }

    public static void Mailbox(ReadOnlySpan<byte> input)
    {
        var strict = Protocol.Addresses.Mailbox.TryParse(input, allowUtf8: false, out var ascii, out _);
        if (!Protocol.Addresses.Mailbox.TryParse(input, allowUtf8: true, out var mailbox, out var error))
        {
            Promise.That(error is { Length: > 0 and < 400 } && !strict);
            return;
        }
        Promise.That(!strict || (ascii == mailbox && mailbox.IsAscii));
        var written = mailbox.ToString();
        Promise.That(Encoding.UTF8.GetByteCount(written) <= Protocol.Addresses.Mailbox.MaxOctets && !written.Any(char.IsControl));
        Promise.That(mailbox == Protocol.Addresses.Mailbox.Parse(written));
        Promise.That(written == Protocol.Addresses.Mailbox.Parse(written).ToString());
    }

    public static void IPRange(ReadOnlySpan<byte> input)
    {
        if (!Protocol.Addresses.IPRange.TryParse(Encoding.UTF8.GetString(input), out var range, out var error))
        {
            Promise.That(error is { Length: > 0 });
            return;
        }
        Promise.That(range == Protocol.Addresses.IPRange.Parse(range.ToString()));
        Promise.That(range.Contains(range.Network));
        Promise.That(range.PrefixLength == 0 || !range.Contains(Flipped(range)));
        Promise.That(SpecialAddresses.IsPublic(range.Network) == (SpecialAddresses.Purpose(range.Network) is null));
    }

    // The nearest address outside: the last bit of the prefix turned.
    private static IPAddress Flipped(IPRange range)
    {
        var bytes = range.Network.GetAddressBytes();
        bytes[(range.PrefixLength - 1) / 8] ^= (byte)(0x80 >> ((range.PrefixLength - 1) % 8));
        return new IPAddress(bytes);
    }
}
