using Namesake.Configuration.Forms;
using Namesake.Core.Identity;

namespace Namesake.Configuration.Sections;

internal static class IdentitySection
{
    private static readonly IdentityOptions Defaults = new();
    private static readonly Form<TimeSpan> UpToAnHour = Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    private static readonly Form<TimeSpan> UpToADay = Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    private static readonly Form<TimeSpan> Patience = Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
    private static readonly Form<int> AtOnce = Form.WholeNumber(1, 1000);

    public static readonly Key<TimeSpan> ShortestInterval = Key.Optional("shortestInterval", UpToAnHour, Defaults.ProbeAtLeast, "Shortest wait between two looks at a source in order, however short its records live.");
    public static readonly Key<TimeSpan> LongestInterval = Key.Optional("longestInterval", UpToADay, Defaults.ProbeAtMost,
        "Longest wait between two looks, however long the records live: so long may a changed PTR stay unseen where no receiver refuses.");
    public static readonly Key<TimeSpan> TroubledInterval = Key.Optional("troubledInterval", UpToAnHour, Defaults.ProbeWhileBad, "Wait between two looks at a source that is held, unproven or unknown.");
    public static readonly Key<TimeSpan> Confirmation = Key.Optional("confirmation", UpToAnHour, Defaults.Confirmation, "How far apart two bad answers must lie before they hold a source that was aligned.");
    public static readonly Key<TimeSpan> Grace = Key.Optional("grace", Patience, Defaults.Grace,
        "How long a source that was aligned goes on sending while unknown (time-outs, SERVFAIL); the record's TTL if that is longer. At least `longestInterval`.");
    public static readonly Key<TimeSpan> SilentZoneGrace = Key.Optional("silentZoneGrace", Patience, Defaults.SilentZoneGrace, "The same where the servers of one zone alone are silent.");
    public static readonly Key<TimeSpan> FirstEchoInterval = Key.Optional("firstEchoInterval", UpToAnHour, Defaults.EchoAtFirst,
        "First wait before a receiver that saw us under a wrong address is asked again by EHLO and QUIT; it doubles up to `longestEchoInterval`.");
    public static readonly Key<TimeSpan> LongestEchoInterval = Key.Optional("longestEchoInterval", UpToADay, Defaults.EchoAtMost, "The longest of these waits.");
    public static readonly Key<TimeSpan> ProofRefresh = Key.Optional("proofRefresh", UpToADay, Defaults.ProofRefresh,
        "Age at which the proof of a translated source is renewed by a witness. At twice this age it counts as unknown, and its grace begins.");
    public static readonly Key<TimeSpan> WitnessInterval = Key.Optional("witnessInterval", Patience, Defaults.WitnessInterval,
        "How often a witness is asked about a source that isn't translated, unless a receiver's echo spared it the question. Longer where there are more than one source for each second of it.");
    public static readonly Key<int> ProbesAtOnce = Key.Optional("probesAtOnce", AtOnce, Defaults.ProbesAtOnce, "Sources looked at in DNS at the same time.");
    public static readonly Key<int> EchoesAtOnce = Key.Optional("echoesAtOnce", AtOnce, Defaults.EchoesAtOnce, "EHLO-and-QUIT sessions at the same time.");

    public static readonly Section Section = new("identity", "How often identities are looked at, and how long doubt is borne.",
        [ShortestInterval, LongestInterval, TroubledInterval, Confirmation, Grace, SilentZoneGrace, FirstEchoInterval, LongestEchoInterval, ProofRefresh, WitnessInterval, ProbesAtOnce, EchoesAtOnce]);

    public static IdentityOptions Read(SectionReader reader, Reading reading)
    {
        var options = Defaults with
        {
            ProbeAtLeast = reader.Get(ShortestInterval),
            ProbeAtMost = reader.Get(LongestInterval),
            ProbeWhileBad = reader.Get(TroubledInterval),
            Confirmation = reader.Get(Confirmation),
            Grace = reader.Get(Grace),
            SilentZoneGrace = reader.Get(SilentZoneGrace),
            EchoAtFirst = reader.Get(FirstEchoInterval),
            EchoAtMost = reader.Get(LongestEchoInterval),
            ProofRefresh = reader.Get(ProofRefresh),
            WitnessInterval = reader.Get(WitnessInterval),
            ProbesAtOnce = reader.Get(ProbesAtOnce),
            EchoesAtOnce = reader.Get(EchoesAtOnce),
        };
        InOrder(ShortestInterval, options.ProbeAtLeast, LongestInterval, options.ProbeAtMost);
        InOrder(LongestInterval, options.ProbeAtMost, Grace, options.Grace);
        InOrder(FirstEchoInterval, options.EchoAtFirst, LongestEchoInterval, options.EchoAtMost);
        return options;

        void InOrder(Key<TimeSpan> smaller, TimeSpan least, Key<TimeSpan> larger, TimeSpan most)
        {
            if (least > most)
                reading.Problems.Error(reader.At, $"identity: {smaller.Name} ({DurationForm.Format(least)}) must not be longer than {larger.Name} ({DurationForm.Format(most)})");
        }
    }
}
