using System.Collections.Immutable;
using Namesake.Configuration.Forms;
using Namesake.Core.Brands;

namespace Namesake.Configuration.Sections;

/// <summary>When a submitter is taken to be unlike itself. The same keys for the relay, a brand and a user; defaults stand at the relay's.</summary>
internal static class AnomaliesSection
{
    private const int Many = 1_000_000_000;
    private static readonly AnomalyRules Defaults = new();

    private static readonly Keys Relay = new(
        Key.Optional("mode", Form.Words<AnomalyMode>(), Defaults.Mode,
            "`freeze`: an alarm, further mail is refused with 451 4.7.1 and what is queued is held until somebody thaws the submitter. `observe`: an alarm only. `off`: nothing is judged."),
        Key.Optional("hourlyRecipients", Form.WholeNumber(10, Many), Defaults.HourlyRecipients,
            "Recipients within an hour that are never too many; a message counts for 100 at most. The default is what Microsoft recommends as a mailbox's limit of external recipients an hour."),
        Key.Optional("dailyRecipients", Form.WholeNumber(10, Many), Defaults.DailyRecipients,
            "The same since midnight UTC. The default is twice what Microsoft recommends as a mailbox's limit a day."),
        Key.Optional("factor", Form.WholeNumber(1, 1_000), Defaults.Factor,
            "More than this times the recipients of its busiest day of the last 35 is too many, within an hour or a day. The default lets a client that was down for days hand in its backlog at once."),
        Key.Optional("refusals", Form.WholeNumber(10, Many), Defaults.Refusals,
            "Recipients refused for good by receivers within an hour, below which their share means nothing; an attempt counts for 10 at most, a domain for a quarter of this number. The default is that of Exim's recipe against stolen accounts (BlockCracking)."),
        Key.Optional("refusedPercent", Form.WholeNumber(1, 100), Defaults.RefusedPercent,
            "Percent of an hour's recipients that must have been refused for good. Amazon SES may pause an account from 10 on; the default leaves room for an old list."));

    private static readonly Keys Own = new(
        Key.Optional("mode", Form.Words<AnomalyMode>(), "As in `anomalies`."),
        Key.Optional("hourlyRecipients", Form.WholeNumber(10, Many), "As in `anomalies`."),
        Key.Optional("dailyRecipients", Form.WholeNumber(10, Many), "As in `anomalies`."),
        Key.Optional("factor", Form.WholeNumber(1, 1_000), "As in `anomalies`."),
        Key.Optional("refusals", Form.WholeNumber(10, Many), "As in `anomalies`."),
        Key.Optional("refusedPercent", Form.WholeNumber(1, 100), "As in `anomalies`."));

    public static readonly Section OfRelay = new("anomalies",
        "When somebody who hands mail in is unlike itself: a stolen mailbox. Each is compared with its own last 35 days. Volume is judged only where the relay has known the brand for 7 days; who has no history is taken for one whose busiest day was just not too many. docs/stolen-mailbox.md tells the whole.",
        Relay.All);
    public static readonly Section OfBrand = new("brands[].anomalies", "For who hands in mail of this brand; what is left out is as in `anomalies`.", Own.All);
    public static readonly Section OfUser = new("users[].anomalies", "For this user; what is left out is as in its brand's, then as in `anomalies`. A user for newsletters has `mode: observe`, or a large `hourlyRecipients`.", Own.All);

    public static AnomalyRules Read(SectionReader reader) => Defaults.With(Read(reader, Relay));

    public static AnomalyOverride? Read(Placed<SectionReader>? own) => own is { Value: var reader } ? Read(reader, Own) : null;

    private static AnomalyOverride Read(SectionReader reader, Keys keys) => new(
        reader.Find(keys.Mode)?.Value, reader.Find(keys.HourlyRecipients)?.Value, reader.Find(keys.DailyRecipients)?.Value,
        reader.Find(keys.Factor)?.Value, reader.Find(keys.Refusals)?.Value, reader.Find(keys.RefusedPercent)?.Value);

    private sealed record Keys(Key<AnomalyMode> Mode, Key<int> HourlyRecipients, Key<int> DailyRecipients, Key<int> Factor, Key<int> Refusals, Key<int> RefusedPercent)
    {
        public ImmutableArray<Key> All => [Mode, HourlyRecipients, DailyRecipients, Factor, Refusals, RefusedPercent];
    }
}
