using System.Collections.Immutable;
using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

internal static class DeliverySection
{
    private static readonly DeliverySettings Defaults = new();

    public static readonly Key<ImmutableArray<Placed<TimeSpan>>> Retry = Key.Optional("retry",
        Form.List(Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(2)), "durations", least: 1), [.. Defaults.Retry.Waits.Select(wait => new Placed<TimeSpan>(wait, default))],
        "Waits after the first, second, … attempt; the last one repeats until the brand's `expiry`.");
    public static readonly Key<int> RetryJitter = Key.Optional("retryJitterPercent", Form.WholeNumber(0, 100), (int)Math.Round(Defaults.Retry.Jitter * 100),
        "By how much of itself a wait may be longer, so that mail that came together doesn't come back together.");
    public static readonly Key<SectionReader> Timeouts = Key.Optional("timeouts", Form.Group(TimeoutsSection.Section), "How long receivers may take.");
    public static readonly Key<int> Sessions = Key.Optional("sessions", Form.WholeNumber(1, 100_000), Defaults.Dispatcher.Sessions,
        "Connections to receivers at once, over all sources and sites. When all are taken, lanes with waiting mail take turns. While descriptors or memory run short fewer are made.");
    public static readonly Key<int> Window = Key.Optional("window", Form.WholeNumber(10, 100_000), Defaults.Dispatcher.Window,
        "Messages on their way at once; what comes above waits in the spool. 5,000 messages of 10 KB take about 50 MB.");
    public static readonly Key<long> WindowBytes = Key.Optional("windowBytes", Form.Size(1 << 20, 64L << 30), Defaults.Dispatcher.WindowBytes,
        "Fresh content kept in memory for the first attempt; above, it is read back from the spool.");
    public static readonly Key<TimeSpan> Drain = Key.Optional("drain", Form.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(10)), Defaults.Dispatcher.Drain,
        "How long sessions may finish their message when the relay stops; the rest goes on at the next start. Above a minute raise `TimeoutStopSec` of the service too: 90 s in `deploy/namesake.service`.");

    public static readonly Section Section = new("delivery", "Retries, time-outs, and how much is under way at once.", [Retry, RetryJitter, Timeouts, Sessions, Window, WindowBytes, Drain]);

    public static DeliverySettings Read(SectionReader reader) => new()
    {
        Retry = Defaults.Retry with
        {
            Waits = reader.Get(Retry) is { IsEmpty: false } waits ? [.. waits.Select(wait => wait.Value)] : Defaults.Retry.Waits,
            Jitter = reader.Get(RetryJitter) / 100.0,
        },
        Timeouts = reader.Find(Timeouts) is { } timeouts ? TimeoutsSection.Read(timeouts.Value) : Defaults.Timeouts,
        Dispatcher = Defaults.Dispatcher with { Sessions = reader.Get(Sessions), Window = reader.Get(Window), WindowBytes = reader.Get(WindowBytes), Drain = reader.Get(Drain) },
    };
}
