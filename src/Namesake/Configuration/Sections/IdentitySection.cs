using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

internal static class IdentitySection
{
    private static readonly IdentitySettings Defaults = new();

    public static readonly Key<TimeSpan> ShortestInterval = Key.Optional("shortestInterval", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Defaults.ShortestInterval,
        "The least time between two looks at a source, however short its records live.");
    public static readonly Key<TimeSpan> LongestInterval = Key.Optional("longestInterval", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), Defaults.LongestInterval,
        "The most time between two looks, however long the records live: so long may a changed PTR stay unseen where no receiver refuses.");
    public static readonly Key<TimeSpan> TroubledInterval = Key.Optional("troubledInterval", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Defaults.TroubledInterval,
        "The time between two looks at a source that isn't aligned.");
    public static readonly Key<TimeSpan> Confirmation = Key.Optional("confirmation", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Defaults.Confirmation,
        "The time between the two looks that must agree before a source that was aligned is held.");
    public static readonly Key<TimeSpan> Grace = Key.Optional("grace", Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), Defaults.Grace,
        "How long a source that was aligned goes on sending while unknown (time-outs, SERVFAIL); the record's TTL if that is longer.");
    public static readonly Key<TimeSpan> SilentZoneGrace = Key.Optional("silentZoneGrace", Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), Defaults.SilentZoneGrace,
        "The same where the servers of one zone alone are silent.");

    public static readonly Key<TimeSpan> FirstEchoInterval = Key.Optional("firstEchoInterval", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Defaults.FirstEchoInterval,
        "First wait before a receiver that saw us under a wrong address is asked again by EHLO and QUIT; it doubles up to longestEchoInterval.");
    public static readonly Key<TimeSpan> LongestEchoInterval = Key.Optional("longestEchoInterval", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), Defaults.LongestEchoInterval,
        "The longest of these waits.");
    public static readonly Key<TimeSpan> ProofRefresh = Key.Optional("proofRefresh", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), Defaults.ProofRefresh,
        "Age at which the proof of a translated source is renewed by a witness; at twice this age it counts as unknown.");

    public static readonly Section Section = new("identity", "How often identities are looked at, and how long doubt is borne.",
        [ShortestInterval, LongestInterval, TroubledInterval, Confirmation, Grace, SilentZoneGrace, FirstEchoInterval, LongestEchoInterval, ProofRefresh]);

    public static IdentitySettings Read(SectionReader reader, Reading reading)
    {
        var settings = new IdentitySettings
        {
            ShortestInterval = reader.Get(ShortestInterval),
            LongestInterval = reader.Get(LongestInterval),
            TroubledInterval = reader.Get(TroubledInterval),
            Confirmation = reader.Get(Confirmation),
            Grace = reader.Get(Grace),
            SilentZoneGrace = reader.Get(SilentZoneGrace),
            FirstEchoInterval = reader.Get(FirstEchoInterval),
            LongestEchoInterval = reader.Get(LongestEchoInterval),
            ProofRefresh = reader.Get(ProofRefresh),
        };
        if (settings.ShortestInterval > settings.LongestInterval)
            reading.Problems.Error(reader.At, $"identity: shortestInterval ({DurationForm.Format(settings.ShortestInterval)}) is longer than longestInterval ({DurationForm.Format(settings.LongestInterval)})");
        return settings;
    }
}
