using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>The Sender Rewriting Scheme: a forwarded message's sender becomes an address of the forwarder's domain that leads bounces back, and only what we signed leads back.</summary>
/// <remarks>
/// By Shevek's "Sender Rewriting Scheme" (2004), sections SRS0 and SRS1:
/// <c>ann@example.org</c> → <c>SRS0=HASH=TT=example.org=ann@ours</c>, and what is SRS already
/// <c>SRS0=rest@first</c> → <c>SRS1=HASH=first==rest@ours</c>, so that chains of forwarders don't grow and bounces take two hops at most.
/// <para>HASH: 30 bits of HMAC-SHA256 in base32, which survives mail servers that change the case of local parts; the scheme's own 24 bits of SHA-1 in base64 don't.
/// More bits would cost characters, and some receivers take no more than the 64 every server must take (RFC 5321 §4.5.3.1.1). An address that doesn't fit into a path is refused, never cut. TT: the day, modulo 1,024.</para>
/// </remarks>
public sealed class Srs
{
    /// <summary>How long bounces are believed. The scheme's own default.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(21);

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int HashLength = 6;
    private const int Days = 1024;

    private readonly byte[] _secret;
    private readonly DomainName _domain;

    /// <param name="domain">The domain of the addresses made: the brand's return-path domain.</param>
    public Srs(string secret, DomainName domain)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        (_secret, _domain) = (Encoding.UTF8.GetBytes(secret), domain);
    }

    /// <summary>Whether an address has the form, whoever signed it.</summary>
    public static bool IsSrs(Mailbox address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsSrs(address.LocalPart, '0') || IsSrs(address.LocalPart, '1');
    }

    /// <param name="error">Why it can't be, fit for a person.</param>
    public bool TryRewrite(Mailbox sender, DateTimeOffset now, [NotNullWhen(true)] out Mailbox? rewritten, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(sender);
        var local = sender.LocalPart;
        string rewrittenLocal;
        if (IsSrs(local, '0'))
            rewrittenLocal = First(sender.Domain.Value, local[4..]);
        else if (IsSrs(local, '1') && SplitFirst(local[5..], out _, out var first, out var rest))
            rewrittenLocal = First(first, rest);
        else
        {
            var (day, host) = (Day(now), sender.Domain.Value);
            rewrittenLocal = $"SRS0={Hash(day, host, local)}={day}={host}={local}";
        }
        return Mailbox.TryCreate(rewrittenLocal, _domain, out rewritten, out error);
    }

    /// <summary>Where a bounce to one of our addresses belongs: the sender itself, or the forwarder before us.</summary>
    /// <param name="error">Why it is not believed, fit for a person.</param>
    public bool TryReverse(Mailbox address, DateTimeOffset now, [NotNullWhen(true)] out Mailbox? original, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(address);
        original = null;
        var local = address.LocalPart;
        if (address.Domain != _domain)
            error = $"the address is not of {_domain}";
        else if (IsSrs(local, '0'))
            return TryReverseZero(local[5..], now, out original, out error);
        else if (IsSrs(local, '1'))
            return TryReverseFirst(local[5..], out original, out error);
        else
            error = "the address is no SRS address";
        return false;
    }

    private bool TryReverseZero(string text, DateTimeOffset now, out Mailbox? original, [NotNullWhen(false)] out string? error)
    {
        original = null;
        var parts = text.Split('=', 4); // The local part comes last and may hold '=' itself.
        if (parts.Length < 4 || parts[1].Length != 2)
            error = "the SRS address is incomplete";
        else if (!Matches(parts[0], Hash(parts[1], parts[2], parts[3])))
            error = "the SRS address was not signed by us, or was changed on the way";
        else if (!IsCurrent(parts[1], now))
            error = $"the SRS address is older than {Lifetime.TotalDays} days";
        else
            return TryCreate(parts[3], parts[2], out original, out error);
        return false;
    }

    private bool TryReverseFirst(string text, out Mailbox? original, [NotNullWhen(false)] out string? error)
    {
        original = null;
        if (!SplitFirst(text, out var hash, out var first, out var rest))
            error = "the SRS address is incomplete";
        else if (!Matches(hash, Hash(first, rest)))
            error = "the SRS address was not signed by us, or was changed on the way";
        else
            return TryCreate("SRS0" + rest, first, out original, out error);
        return false;
    }

    /// <param name="rest">What followed "SRS0" at the first forwarder, its separator included.</param>
    private string First(string first, string rest) => $"SRS1={Hash(first, rest)}={first}={rest}";

    private static bool SplitFirst(string text, out string hash, out string first, out string rest)
    {
        var parts = text.Split('=', 3);
        (hash, first, rest) = parts.Length == 3 && parts[2].Length > 1 ? (parts[0], parts[1], parts[2]) : ("", "", "");
        return first.Length > 0;
    }

    // The scheme allows '=', '-' and '+' behind the tag: other forwarders' choice.
    private static bool IsSrs(string local, char kind) =>
        local.Length > 5 && local.StartsWith("SRS", StringComparison.OrdinalIgnoreCase) && local[3] == kind && local[4] is '=' or '-' or '+';

    private static bool TryCreate(string local, string domain, out Mailbox? mailbox, [NotNullWhen(false)] out string? error)
    {
        mailbox = null;
        return DomainName.TryParse(domain, out var name, out error) && Mailbox.TryCreate(local, name, out mailbox, out error);
    }

    private string Hash(params ReadOnlySpan<string> parts)
    {
        // A line feed can't stand in any part: no two different addresses are signed as the same text.
        var text = string.Join('\n', parts!).ToLowerInvariant();
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(text), mac);
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(mac) >> 2;
        return string.Create(HashLength, bits, static (hash, bits) =>
        {
            for (var i = 0; i < hash.Length; i++)
                hash[i] = Base32[(int)(bits >> (5 * (HashLength - 1 - i))) & 31];
        });
    }

    private static bool Matches(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given.ToUpperInvariant()), Encoding.ASCII.GetBytes(expected));

    private static string Day(DateTimeOffset now)
    {
        var day = DayNumber(now);
        return string.Concat(Base32[day >> 5], Base32[day & 31]);
    }

    private static int DayNumber(DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / 86_400 % Days);

    private static bool IsCurrent(string day, DateTimeOffset now)
    {
        var (high, low) = (Base32.IndexOf(char.ToUpperInvariant(day[0]), StringComparison.Ordinal), Base32.IndexOf(char.ToUpperInvariant(day[1]), StringComparison.Ordinal));
        if (high < 0 || low < 0)
            return false;
        var age = (DayNumber(now) - ((high << 5) | low) + Days) % Days;
        return age <= Lifetime.TotalDays || age == Days - 1; // Tomorrow: another node's clock is ahead.
    }
}
