using Namesake.Protocol.Addresses;

namespace Namesake.Core.Brands;

/// <summary>All that says, at MAIL, whose mail it is; in falling order of trust. Null: that signal is absent.</summary>
/// <param name="Listener">The brand of the listener the client came to.</param>
/// <param name="User">The brand of who logged in.</param>
/// <param name="Client">The brand of the client's address.</param>
/// <param name="NullSenderBrand">Not a signal but a permission of the listener: whose null-sender mail is when its From names no brand of ours.</param>
/// <param name="Sender">The reverse-path; null is the null reverse-path.</param>
public sealed record BrandSignals(BrandId? Listener, BrandId? User, BrandId? Client, BrandId? NullSenderBrand, Mailbox? Sender);
