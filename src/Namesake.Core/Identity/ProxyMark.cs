namespace Namesake.Core.Identity;

/// <summary>An operator's word that a site's echo is a proxy's: it counts as silent from then on.</summary>
public sealed record ProxyMark(string Site, string By, DateTimeOffset At);
