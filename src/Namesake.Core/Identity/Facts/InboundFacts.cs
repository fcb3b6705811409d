namespace Namesake.Core.Identity.Facts;

/// <summary>What answers on the source's own address: banner, certificate, whether it relays. For group TL.</summary>
public sealed record InboundFacts;
