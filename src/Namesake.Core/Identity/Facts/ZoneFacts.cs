namespace Namesake.Core.Identity.Facts;

/// <summary>What each server of the reverse zone and of the EHLO name's zone says, what public resolvers say, and how well both zones are kept. For group ZN.</summary>
public sealed record ZoneFacts;
