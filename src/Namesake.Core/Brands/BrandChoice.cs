using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>Whose mail it is. A closed family.</summary>
public abstract record BrandChoice;

/// <param name="Sender">The reverse-path it leaves with: as given, or rewritten by SRS; null stays null.</param>
/// <param name="From">What its From field may show; asked after the content.</param>
public sealed record BrandChosen(Brand Brand, Mailbox? Sender, FromRule From) : BrandChoice;

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
