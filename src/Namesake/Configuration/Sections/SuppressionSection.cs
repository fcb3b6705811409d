using Namesake.Configuration.Forms;
using Namesake.Core.Suppression;

namespace Namesake.Configuration.Sections;

/// <summary>When a brand sends nothing more to recipients that receivers don't know.</summary>
internal static class SuppressionSection
{
    private static readonly SuppressionRules Defaults = new();

    public static readonly Key<SuppressionMode> Mode = Key.Optional("mode", Form.Words<SuppressionMode>(), Defaults.Mode,
        "`on`: receivers' refusals suppress. `off`: only what a person put into the list stops mail. Off by default: behind a smart host people write to people, and receivers have called existing mailboxes unknown for hours (Gmail, December 2020). For mailings, turn it on.");
    public static readonly Key<int> Refusals = Key.Optional("refusals", Form.WholeNumber(1, 100), Defaults.Refusals,
        "Refused messages that make a suppression: for good, because the mailbox is unknown or disabled, said for certain. The default is Postal's.");
    public static readonly Key<TimeSpan> Within = Key.Optional("within", Form.Duration(TimeSpan.FromHours(1), SuppressionRules.WithinAtMost), Defaults.Within,
        "Refusals that belong together; a message that is taken in between ends the counting.");
    public static readonly Key<TimeSpan> Apart = Key.Optional("apart", Form.Duration(TimeSpan.Zero, SuppressionRules.WithinAtMost), Defaults.Apart,
        "What must lie between the first and the last of them, so that a receiver's bad day suppresses nobody. Has no meaning with `refusals: 1`.");
    public static readonly Key<TimeSpan> Lifetime = Key.Optional("lifetime", Form.Duration(TimeSpan.FromHours(1), TimeSpan.FromDays(3_650)), Defaults.Lifetime,
        "How long after the last refusal it holds; then a message is tried again. The default is Postal's.");

    public static readonly Section Section = new("brands[].suppression",
        "When nothing more is sent to a recipient because its receiver says that there is nobody. A suppressed recipient is refused at RCPT TO with 550, or returned with a DSN: since when, why, and how it is lifted (`namesake suppressions`). Identity, reputation, authentication and content never suppress anybody.",
        [Mode, Refusals, Within, Apart, Lifetime]);

    public static SuppressionRules Read(Placed<SectionReader>? found, Reading reading)
    {
        if (found is not { Value: var reader })
            return Defaults;
        var rules = new SuppressionRules { Mode = reader.Get(Mode), Refusals = reader.Get(Refusals), Within = reader.Get(Within), Apart = reader.Get(Apart), Lifetime = reader.Get(Lifetime) };
        if (rules.Apart >= rules.Within && rules.Refusals > 1)
            reading.Problems.Error(reader.At, $"brands: suppression: apart ({DurationForm.Format(rules.Apart)}) must be shorter than within ({DurationForm.Format(rules.Within)}), or nobody is ever suppressed");
        return rules;
    }
}
