namespace Namesake.Core.Identity.Facts;

/// <summary>SPF, DKIM, DMARC and the mailboxes a sending domain must have. For group AU.</summary>
public sealed record AuthenticationFacts;
