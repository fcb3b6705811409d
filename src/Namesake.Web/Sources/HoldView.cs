using Namesake.Core.Identity;

namespace Namesake.Web.Sources;

/// <summary>A hold as the API tells it.</summary>
/// <param name="Site">Null when the whole source is held.</param>
/// <param name="Text">All of it in one line, as it is shown for every message it holds.</param>
public sealed record HoldView(string Source, string? Site, string Check, string Reason, string Seen, string Expected, DateTimeOffset Since, string EndsWhen, string Text)
{
    public static HoldView Of(Hold hold) => new(hold.Source.Value, hold.Site?.Value, hold.Check, hold.Reason, hold.Seen, hold.Expected, hold.Since, hold.EndsWhen, hold.Describe());
}
