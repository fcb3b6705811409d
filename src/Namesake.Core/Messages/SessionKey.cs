using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Messages;

/// <summary>What a session stands for. It carries a waybill only when all of this is equal: whoever leaves, to whom, and with which promises about the way.</summary>
/// <param name="Source">The whole definition, to the letter.</param>
/// <param name="Destination">As in <see cref="Reachable.Destination"/>.</param>
/// <param name="Certificate">The certificate we show; null: none.</param>
public readonly record struct SessionKey(Source Source, SiteId Site, string Destination, TlsPolicy Tls, CertificateId? Certificate);
