using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;

namespace Namesake.Core.Identity.Facts;

/// <summary>Under whose name mail leaves: the domain people see, the one that bounces go to, and the keys that sign for it.</summary>
public sealed record SenderIdentity
{
    /// <summary>The domain in From.</summary>
    public required DomainName From { get; init; }

    /// <summary>The domain of the envelope sender. Clients of a brand give it themselves, so it is mostly <see cref="From"/>.</summary>
    public required DomainName ReturnPath { get; init; }

    /// <summary>None: the mail is not signed.</summary>
    public ImmutableArray<SenderKey> Keys { get; init; } = [];

    /// <summary>The return path is for mail the brand only passes on, and for its reports: From is somebody else's there, and DMARC asks nothing of us.</summary>
    public bool IsForForwarding { get; init; }

    /// <summary>Whose bounces a probe may ask about.</summary>
    public string BounceLocalPart { get; init; } = "postmaster";

    /// <summary>Everything a brand sends as: each of its domains with itself as return path, and the domain of its SRS paths and reports where that is another.</summary>
    public static ImmutableArray<SenderIdentity> Of(Brand brand)
    {
        ArgumentNullException.ThrowIfNull(brand);
        var senders = ImmutableArray.CreateBuilder<SenderIdentity>();
        foreach (var domain in brand.SenderDomains)
            senders.Add(new SenderIdentity { From = domain, ReturnPath = domain, Keys = [.. brand.Dkim.SignersOf(domain).Select(SenderKey.Of)] });
        if (!brand.SenderDomains.Contains(brand.BounceDomain))
            senders.Add(new SenderIdentity { From = brand.BounceDomain, ReturnPath = brand.BounceDomain, IsForForwarding = true });
        return senders.ToImmutable();
    }

    public bool Equals(SenderIdentity? other) => other is not null
        && From == other.From && ReturnPath == other.ReturnPath && IsForForwarding == other.IsForForwarding && BounceLocalPart == other.BounceLocalPart && Keys.SequenceEqual(other.Keys);

    public override int GetHashCode() => HashCode.Combine(From, ReturnPath, IsForForwarding, Keys.Length);
}

/// <summary>A key that signs, by what is published of it.</summary>
/// <param name="Domain"><c>d=</c>.</param>
/// <param name="RecordName">Where receivers look for it.</param>
/// <param name="RecordText">What must stand there; null when the private key is not known here, and any sound key will do.</param>
public sealed record SenderKey(DomainName Domain, string Selector, DomainName RecordName, string? RecordText)
{
    public static SenderKey Of(DkimSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new SenderKey(signer.Domain, signer.Selector, signer.RecordName, signer.RecordText);
    }

    /// <summary>Of a selector that was only named.</summary>
    /// <returns>Null: it makes no name.</returns>
    public static SenderKey? Named(DomainName domain, string selector) =>
        DomainName.TryParse($"{selector}._domainkey.{domain}", out var name, out _) ? new SenderKey(domain, selector.ToLowerInvariant(), name, null) : null;
}
