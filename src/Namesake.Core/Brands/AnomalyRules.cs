namespace Namesake.Core.Brands;

/// <summary>When a submitter is taken to be unlike itself. All of it errs on the side of letting mail go: a relay that stops a provider's mail is taken out of the mail path.</summary>
/// <remarks>The history is the submitter's own last five weeks. Volume is judged only where the relay knows its brand for a week: nobody is unlike himself on his first day.</remarks>
public sealed record AnomalyRules
{
    public AnomalyMode Mode { get; init; } = AnomalyMode.Freeze;

    /// <summary>Recipients within an hour that are never too many, whatever the history.</summary>
    /// <value>Default 500: what Microsoft recommends as a mailbox's limit of external recipients an hour in its outbound spam policy. Range 10 to 1,000,000,000.</value>
    public int HourlyRecipients { get; init; } = 500;

    /// <summary>Recipients within a day (UTC) that are never too many, whatever the history.</summary>
    /// <value>Default 2,000: twice what Microsoft recommends as a mailbox's limit a day. Range 10 to 1,000,000,000.</value>
    public int DailyRecipients { get; init; } = 2_000;

    /// <summary>Too many is more than this times the recipients of the busiest day of the history, within one hour or within a day.</summary>
    /// <value>Default 5: a backlog of four days that comes at once after a client's downtime is none. Range 1 to 1,000.</value>
    public int Factor { get; init; } = 5;

    /// <summary>Recipients that receivers refused for good within an hour, below which the share means nothing. Of one domain a quarter of it counts.</summary>
    /// <value>Default 100: what the recipe for Exim that blocks stolen accounts (its wiki, "BlockCracking") has used since 2011. Range 10 to 1,000,000,000.</value>
    public int Refusals { get; init; } = 100;

    /// <summary>Percent of an hour's recipients whose end is known that must have been refused for good.</summary>
    /// <value>Default 25: lists that spam is sent to are that old, and no list of one's own is; Amazon SES may pause an account from 10 on. Range 1 to 100.</value>
    public int RefusedPercent { get; init; } = 25;

    public AnomalyRules With(AnomalyOverride? other) => other is null ? this : new AnomalyRules
    {
        Mode = other.Mode ?? Mode,
        HourlyRecipients = other.HourlyRecipients ?? HourlyRecipients,
        DailyRecipients = other.DailyRecipients ?? DailyRecipients,
        Factor = other.Factor ?? Factor,
        Refusals = other.Refusals ?? Refusals,
        RefusedPercent = other.RefusedPercent ?? RefusedPercent,
    };
}
