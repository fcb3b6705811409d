using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Namesake.Protocol.Spf;

/// <summary>Reads one word of a policy by the grammar of RFC 7208 §12.</summary>
internal static class SpfTermReader
{
    public static SpfTerm? Read(string text, int position, out SpfFault? fault)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0 && char.IsAsciiLetter(text[0]) && text.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0)
            return Modifier(text, position, equals, out fault);
        return new Reading(text, position).Directive(out fault);
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static SpfModifier? Modifier(string text, int position, int equals, out SpfFault? fault)
    {
        var name = text[..equals].ToLowerInvariant();
        // What an unknown modifier says is not understood, but its form is fixed: RFC 7208 §12
        var use = name is "redirect" or "exp" ? SpfMacroUse.Domain : SpfMacroUse.Any;
        var value = SpfMacroString.Read(text[(equals + 1)..], use, out var at, out var reason);
        fault = value is null ? new SpfFault(position + equals + 1 + at, text, reason!) : null;
        return value is null ? null : new SpfModifier(text, position, name, value);
    }

    /// <summary>A mechanism's parts from left to right, its lengths taken off the end: a domain may hold slashes and colons itself.</summary>
    private sealed class Reading(string text, int position)
    {
        private int _at;
        private SpfFault? _fault;

        public SpfDirective? Directive(out SpfFault? fault)
        {
            var directive = Directive();
            fault = _fault;
            return _fault is null ? directive : null;
        }

        private SpfDirective? Directive()
        {
            var qualifier = Qualifier();
            var end = text.AsSpan(_at).IndexOfAny(':', '/', '=') is >= 0 and var stop ? _at + stop : text.Length;
            var name = text[_at..end];
            var from = _at;
            _at = end;
            return name.ToLowerInvariant() switch
            {
                "all" => Ended(new SpfDirective(text, position, qualifier, SpfMechanism.All)),
                "include" => WithDomain(qualifier, SpfMechanism.Include),
                "exists" => WithDomain(qualifier, SpfMechanism.Exists),
                "ptr" => Ended(new SpfDirective(text, position, qualifier, SpfMechanism.Ptr, HasDomain ? Domain(text.Length) : null)),
                "a" => WithLengths(qualifier, SpfMechanism.A),
                "mx" => WithLengths(qualifier, SpfMechanism.MX),
                "ip4" => WithNetwork(qualifier, SpfMechanism.IP4, AddressFamily.InterNetwork),
                "ip6" => WithNetwork(qualifier, SpfMechanism.IP6, AddressFamily.InterNetworkV6),
                "" => Fault(from, "a mechanism is missing"),
                _ => Fault(from, $"\"{name}\" is no mechanism: SPF knows all, include, a, mx, ptr, ip4, ip6 and exists"),
            };
        }

        private bool HasDomain => _at < text.Length && text[_at] == ':';

        private SpfQualifier Qualifier()
        {
            var qualifier = text[0] switch
            {
                '+' => SpfQualifier.Pass,
                '-' => SpfQualifier.Fail,
                '~' => SpfQualifier.SoftFail,
                '?' => SpfQualifier.Neutral,
                _ => (SpfQualifier?)null,
            };
            _at = qualifier is null ? 0 : 1;
            return qualifier ?? SpfQualifier.Pass;
        }

        private SpfDirective? WithDomain(SpfQualifier qualifier, SpfMechanism mechanism) => HasDomain
            ? Ended(new SpfDirective(text, position, qualifier, mechanism, Domain(text.Length)))
            : Fault(_at, $"{mechanism.ToString().ToLowerInvariant()} needs a domain behind a colon");

        private SpfDirective? WithLengths(SpfQualifier qualifier, SpfMechanism mechanism)
        {
            var end = text.Length;
            var v6 = LengthAtEnd("//", 128, ref end);
            var v4 = LengthAtEnd("/", 32, ref end);
            var domain = HasDomain ? Domain(end) : null;
            if (_fault is null && _at < end)
                Fault(_at, "behind the mechanism stands something that is neither :domain nor /length");
            return new SpfDirective(text, position, qualifier, mechanism, domain, null, v4, v6);
        }

        private SpfDirective? WithNetwork(SpfQualifier qualifier, SpfMechanism mechanism, AddressFamily family)
        {
            if (!HasDomain)
                return Fault(_at, "an address is missing behind a colon");
            _at++;
            var most = family == AddressFamily.InterNetwork ? 32 : 128;
            var slash = text.IndexOf('/', _at);
            var length = most;
            if (slash >= 0 && !TryLength(text.AsSpan(slash + 1), most, out length))
                return Fault(slash + 1, $"the length behind the slash is a number from 0 to {most}");
            var written = text[_at..(slash < 0 ? text.Length : slash)];
            return Address(written, family) is { } address
                ? new SpfDirective(text, position, qualifier, mechanism, null, new SpfNetwork(address, length))
                : Fault(_at, $"\"{written}\" is no {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address");
        }

        private SpfMacroString? Domain(int end)
        {
            _at++; // the colon
            if (_at > end)
                end = _at;
            var domain = SpfMacroString.Read(text[_at..end], SpfMacroUse.Domain, out var at, out var reason);
            if (domain is null)
                Fault(_at + at, reason!);
            _at = end;
            return domain;
        }

        private int LengthAtEnd(string mark, int most, ref int end)
        {
            var digits = end;
            while (digits > _at && char.IsAsciiDigit(text[digits - 1]))
                digits--;
            if (digits == end || digits - mark.Length < _at || !text.AsSpan(digits - mark.Length, mark.Length).SequenceEqual(mark))
                return most;
            if (!TryLength(text.AsSpan(digits, end - digits), most, out var length))
                Fault(digits, $"the length behind the slash is a number from 0 to {most}");
            end = digits - mark.Length;
            return length;
        }

        private SpfDirective? Ended(SpfDirective directive) =>
            _fault is null && _at < text.Length ? Fault(_at, $"nothing may follow {directive.Mechanism.ToString().ToLowerInvariant()} here") : directive;

        private SpfDirective? Fault(int at, string reason)
        {
            _fault ??= new SpfFault(position + at, text, reason);
            return null;
        }

        private static bool TryLength(ReadOnlySpan<char> digits, int most, out int length)
        {
            length = most;
            return digits.Length is > 0 and <= 3 && !(digits.Length > 1 && digits[0] == '0')
                && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= most;
        }

        // The runtime reads more forms than SPF has: short and octal IPv4, scopes and brackets of IPv6.
        private static IPAddress? Address(string text, AddressFamily family) =>
            text.AsSpan().IndexOfAny('%', '[') < 0 && IPAddress.TryParse(text, out var address) && address.AddressFamily == family
            && (family == AddressFamily.InterNetworkV6 || address.ToString() == text)
                ? address
                : null;
    }
}
