using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Web.Submitters;

/// <summary>One who hands mail in, today and of late.</summary>
/// <param name="Name">The login; else the envelope sender at the client's address, "ann@acme.example@10.0.0.9"; else that address.</param>
/// <param name="Brand">Whose mail it handed in last; null: nothing is known of it.</param>
/// <param name="Messages">Accepted since midnight UTC.</param>
/// <param name="Recipients">Of them.</param>
/// <param name="Refused">Recipients that receivers refused for good since midnight UTC; an attempt counts for 10 at most.</param>
/// <param name="HourRecipients">Within the last hour, as it is judged: a message counts for 100 at most.</param>
/// <param name="BusiestDay">Recipients, of the last 35 days; null: it has no history.</param>
/// <param name="ActiveDays">Of the last 35.</param>
/// <param name="Freeze">Null: it may hand in, and nothing was noticed.</param>
public sealed record SubmitterView(string Name, string? Brand, long Messages, long Recipients, long Refused, int HourRecipients, long? BusiestDay, int ActiveDays, FreezeView? Freeze)
{
    public static SubmitterView Of(string name, BrandId? brand, SubmitterNumbers numbers, FreezeView? freeze) =>
        new(name, brand?.Value, numbers.Messages, numbers.Recipients, numbers.Refused, numbers.HourRecipients, numbers.BusiestDay, numbers.ActiveDays, freeze);
}

/// <param name="Rule">"hourly-recipients", "daily-recipients", "refusals" or "operator".</param>
/// <param name="By">"relay", or who said so.</param>
/// <param name="Observed">Anomalies are only observed: nothing is stopped.</param>
/// <param name="Messages">It had handed in that day when it was frozen.</param>
/// <param name="Recipients">Of them.</param>
/// <param name="Held">Recipients held in the spool because of it.</param>
/// <param name="Thaw">The verb that ends it.</param>
public sealed record FreezeView(string Rule, string Reason, string By, DateTimeOffset Since, bool Observed, long Messages, long Recipients, long Held, string Thaw)
{
    public static FreezeView Of(Freeze freeze, long held) =>
        new(freeze.Rule, freeze.Reason, freeze.By, freeze.Since, freeze.IsObserved, freeze.Numbers.Messages, freeze.Numbers.Recipients, held, freeze.Thaw);
}
