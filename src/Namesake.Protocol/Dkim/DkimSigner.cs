using System.Diagnostics.CodeAnalysis;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Dkim;

/// <summary>Who signs: a domain, and the key that is published for it under a selector. RFC 6376 §3.1, §3.5</summary>
public sealed class DkimSigner
{
    private DkimSigner(DomainName domain, string selector, DkimKey key, DomainName recordName) => (Domain, Selector, Key, RecordName) = (domain, selector, key, recordName);

    /// <summary><c>d=</c>: who answers for the message. It should be the domain in From or one above it, else DMARC doesn't count the signature. RFC 7489 §3.1.1</summary>
    public DomainName Domain { get; }

    /// <summary><c>s=</c>, in lower case.</summary>
    public string Selector { get; }

    public DkimKey Key { get; }

    /// <summary>Where receivers look for the public key. RFC 6376 §3.6.2.1</summary>
    public DomainName RecordName { get; }

    /// <summary>The TXT record that must be at <see cref="RecordName"/>, as one text. RFC 6376 §3.6.1</summary>
    public string RecordText => $"v=DKIM1; k={(Key.Algorithm == DkimAlgorithm.Ed25519Sha256 ? "ed25519" : "rsa")}; p={Convert.ToBase64String(Key.PublicKey.Span)}";

    /// <summary>The same as it is written in a zone file: strings of at most 255 octets, which receivers join. RFC 1035 §3.3.14</summary>
    public string RecordStrings => string.Join(' ', RecordText.Chunk(255).Select(part => $"\"{new string(part)}\""));

    /// <param name="selector">Letters, digits and hyphens, in labels separated by dots.</param>
    public static bool TryCreate(DomainName domain, string? selector, DkimKey key, [NotNullWhen(true)] out DkimSigner? signer, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(key);
        signer = null;
        error = string.IsNullOrEmpty(selector) ? "the selector is empty: it names the key, as in s1 or 2026a"
            : selector.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')) is var other and not '\0' ? $"the selector \"{selector}\" has {Show(other)}: it may have letters, digits, hyphens and dots"
            : null;
        if (error is not null)
            return false;
        // Judged as a part of the whole name: a selector alone may be a number, as in 202601.
        if (!DomainName.TryParse($"{selector}._domainkey.{domain}", out var name, out var fault))
        {
            error = $"the selector \"{selector}\" makes no name under {domain}: {fault}";
            return false;
        }
        signer = new DkimSigner(domain, selector!.ToLowerInvariant(), key, name);
        return true;
    }

    private static string Show(char c) => char.IsControl(c) ? $"a control character (code {(int)c})" : Ascii.IsValid(c) ? $"'{c}'" : $"'{c}', which is no letter of DNS";
}
