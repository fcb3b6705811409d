using System.Collections.Immutable;
using Namesake.Configuration.Forms;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Configuration.Sections;

internal static class DeliverySection
{
    private static readonly DeliverySettings Defaults = new();

    public static readonly Key<ImmutableArray<Placed<TimeSpan>>> Retry = Key.Optional("retry",
        Form.List(Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(2)), "durations", least: 1), [.. Defaults.Retry.Waits.Select(wait => new Placed<TimeSpan>(wait, default))],
        "Waits after the first, second, … attempt; the last one repeats until the brand's `expiry`. Each is lengthened by up to a fifth, so that mail that came together doesn't come back together.");
    public static readonly Key<TimeSpan> DelayDsnAfter = Key.Optional("delayDsnAfter", Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)), Defaults.DelayDsnAfter,
        "When a sender is told, once, that mail is still waiting.");
    public static readonly Key<TimeSpan> IdentityRefusalExpiry = Key.Optional("identityRefusalExpiry", Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)), Defaults.IdentityRefusalExpiry,
        "How long mail waits, from acceptance, after a receiver refused our identity for good; then it is returned.");
    public static readonly Key<SectionReader> Timeouts = Key.Optional("timeouts", Form.Group(TimeoutsSection.Section), "How long receivers may take.");

    public static readonly Section Section = new("delivery", "Retries and time-outs.", [Retry, DelayDsnAfter, IdentityRefusalExpiry, Timeouts]);

    public static DeliverySettings Read(SectionReader reader) => new()
    {
        Retry = new RetrySchedule { Waits = reader.Get(Retry) is { IsEmpty: false } waits ? [.. waits.Select(wait => wait.Value)] : Defaults.Retry.Waits },
        DelayDsnAfter = reader.Get(DelayDsnAfter),
        IdentityRefusalExpiry = reader.Get(IdentityRefusalExpiry),
        Timeouts = reader.Find(Timeouts) is { } timeouts ? TimeoutsSection.Read(timeouts.Value) : Defaults.Timeouts,
    };
}
