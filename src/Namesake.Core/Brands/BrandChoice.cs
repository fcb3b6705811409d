using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>Whose mail it is. A closed family.</summary>
public abstract record BrandChoice;

/// <param name="Sender">The reverse-path to send with: the client's, or rewritten by SRS.</param>
/// <param name="Forwarded">Its envelope sender was foreign: header From is not ours to check.</param>
public sealed record BrandChosen(Brand Brand, Mailbox? Sender, bool Forwarded) : BrandChoice;

/// <summary>A null sender and no other signal: the From header decides after the content.</summary>
public sealed record BrandUndecided(BrandId? NullSenderBrand) : BrandChoice;

/// <param name="Reason">The text of the 550 5.7.1: names both sides of a conflict.</param>
public sealed record BrandRejected(string Reason) : BrandChoice;
