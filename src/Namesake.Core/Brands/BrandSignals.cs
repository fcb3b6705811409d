using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>Everything that says whose mail this is, in order of trust. Null: that signal is absent.</summary>
/// <param name="NullSenderBrand">The listener's brand for null senders whose From names none.</param>
public sealed record BrandSignals(BrandId? Listener, BrandId? User, BrandId? Client, BrandId? NullSenderBrand, Mailbox? Sender);
