namespace Namesake.Configuration;

/// <summary>How often identities are looked at, and how long doubt is borne. Origin of all defaults: the rules of verdicts.</summary>
public sealed record IdentitySettings
{
    /// <summary>The least time between two looks at a source whose records live shorter than this.</summary>
    /// <value>Default 1 minute. Range 1 second to 1 hour.</value>
    public TimeSpan ShortestInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most time between two looks, however long the records live.</summary>
    /// <value>Default 15 minutes: what a changed PTR may stay unseen. Range 1 second to 1 day.</value>
    public TimeSpan LongestInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The time between two looks at a source that isn't aligned.</summary>
    /// <value>Default 60 seconds. Range 1 second to 1 hour.</value>
    public TimeSpan TroubledInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time between the two looks that must agree before an aligned source is misaligned.</summary>
    /// <value>Default 2 minutes. Range 1 second to 1 hour.</value>
    public TimeSpan Confirmation { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a source that was aligned goes on while unknown; the record's TTL if that is longer.</summary>
    /// <value>Default 4 hours. Range 1 minute to 7 days.</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The same where the servers of one zone alone are silent.</summary>
    /// <value>Default 24 hours. Range 1 minute to 7 days.</value>
    public TimeSpan SilentZoneGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>First wait before a receiver that saw us wrong is asked again by EHLO and QUIT; it doubles up to <see cref="LongestEchoInterval"/>.</summary>
    /// <value>Default 30 seconds. Range 1 second to 1 hour.</value>
    public TimeSpan FirstEchoInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Default 15 minutes. Range 1 second to 1 day.</value>
    public TimeSpan LongestEchoInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Age at which the proof of a translated source is renewed by a witness.</summary>
    /// <value>Default 15 minutes. Range 1 second to 1 day.</value>
    public TimeSpan ProofRefresh { get; init; } = TimeSpan.FromMinutes(15);
}
