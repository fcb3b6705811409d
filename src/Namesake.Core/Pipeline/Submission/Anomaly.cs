using System.Globalization;
using Namesake.Core.Brands;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>How a submitter was unlike itself.</summary>
/// <param name="Rule">One stable word: "hourly-recipients", "daily-recipients" or "refusals".</param>
/// <param name="Text">With the numbers, for the operator; never for the client.</param>
public sealed record Anomaly(string Rule, string Text)
{
    /// <summary>Refusals of everybody else that are enough to say by their share that the relay itself isn't liked.</summary>
    private const int FewestOfOthers = 10;

    /// <summary>Judges by numbers alone.</summary>
    /// <param name="busiest">Recipients of the busiest day of its history; null: it has none.</param>
    /// <param name="maySpeakOfVolume">False while its brand is new here, and for a while after an operator said so.</param>
    /// <param name="others">The hour of everybody else: where all are refused it is the relay's address that isn't liked, and no submitter's fault.</param>
    internal static Anomaly? In(HourSums hour, long today, long? busiest, bool maySpeakOfVolume, HourSums others, AnomalyRules rules)
    {
        if (IsRefused(hour, rules) && !(others.Refused >= FewestOfOthers && Percent(others) >= rules.RefusedPercent))
            return new Anomaly("refusals", Say($"{hour.Refused:N0} of {hour.Refused + hour.Delivered:N0} recipients within an hour were refused for good ({Percent(hour):0} %; {rules.Refusals:N0} and {rules.RefusedPercent} % are taken to be a sign)"));
        if (!maySpeakOfVolume)
            return null;
        if (hour.Recipients > Allowed(rules.HourlyRecipients, busiest, rules))
            return new Anomaly("hourly-recipients", Say($"{hour.Recipients:N0} recipients in {hour.Messages:N0} messages within an hour, {Compared(rules.HourlyRecipients, busiest, rules)}"));
        if (today > Allowed(rules.DailyRecipients, busiest, rules))
            return new Anomaly("daily-recipients", Say($"{today:N0} recipients since midnight UTC, {Compared(rules.DailyRecipients, busiest, rules)}"));
        return null;
    }

    // Who has no history is taken for one whose busiest day was just not too many: a new newsletter beside an old brand is no theft yet.
    private static long Allowed(int floor, long? busiest, AnomalyRules rules) => Math.Max(floor, rules.Factor * (busiest ?? floor));

    private static string Compared(int floor, long? busiest, AnomalyRules rules) => busiest is { } known
        ? Say($"and its busiest day of the last {Submitter.DaysOfHistory} had {known:N0}; allowed are {Allowed(floor, busiest, rules):N0}")
        : Say($"and it has no history; allowed are {Allowed(floor, busiest, rules):N0}");

    private static bool IsRefused(HourSums hour, AnomalyRules rules) => hour.Refused >= rules.Refusals && Percent(hour) >= rules.RefusedPercent;

    private static double Percent(HourSums hour) => 100.0 * hour.Refused / Math.Max(1, hour.Refused + hour.Delivered);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
