using System.Collections.Immutable;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Headers;

namespace Namesake.Core.Brands;

/// <summary>Whose mail it is. A closed family.</summary>
public abstract record BrandChoice;

/// <param name="Sender">The reverse-path it leaves with: as given, or rewritten by SRS; null stays null.</param>
/// <param name="From">What its From field may show; asked after the content.</param>
public sealed record BrandChosen(Brand Brand, Mailbox? Sender, FromRule From) : BrandChoice
{
    /// <summary>Who signs the message. Nobody signs what is forwarded, whatever its From says: the brand's signature under what a stranger wrote would make his forgery the brand's word,
    /// for all to pass on. A null sender may be forwarded too, where the brand forwards.</summary>
    public ImmutableArray<DkimSigner> SignersOf(HeaderFacts header) =>
        From == FromRule.Own || (From == FromRule.NotAnothers && Brand.ForeignSenders == ForeignSenders.Refuse) ? Brand.Dkim.SignersOf(header) : [];
}

/// <summary>A null sender, and neither listener nor login nor client address says more: the From field will.</summary>
public sealed record BrandUndecided(BrandId? NullSenderBrand) : BrandChoice;

/// <param name="Reason">The text of the 550 5.7.1, for the client's postmaster. Names the signals that disagree, or what is missing.</param>
public sealed record BrandRejected(string Reason) : BrandChoice;

public enum FromRule
{
    /// <summary>The brand's addresses only.</summary>
    Own,

    /// <summary>Anything but another brand's: reports of the server behind us, which carry its default domain.</summary>
    NotAnothers,

    /// <summary>Anything: the message is forwarded, its author is somebody else.</summary>
    Any,
}
