using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

/// <summary>How much one source may ask of one receiver.</summary>
internal static class SiteSection
{
    private static readonly Form<string> Site = new ParsedForm<string>("a site", TrySite, "`google.com`, `route:mail.example.org:25` as `namesake lanes` shows it, or `*` every receiver found by MX");

    public static readonly Key<ImmutableArray<Placed<string>>> Sites = Key.Required("sites", Form.List(Site, "sites", least: 1), "The receivers meant. An entry that names a site goes before `*`.");
    public static readonly Key<int> Connections = Key.Optional("connections", Form.WholeNumber(1, 10_000),
        "Connections at once from one source. Without it what is known of the receiver (Google and Microsoft 5, Comcast 25, Orange 2), else 10; for a route its own `connections`.");
    public static readonly Key<int> ConnectionsInAll = Key.Optional("connectionsInAll", Form.WholeNumber(1, 100_000),
        "Connections at once from all sources of this node together, beside each source's own `connections`. Sources above it take turns. Without it no limit: receivers count by client address.");
    public static readonly Key<int> MessagesPerConnection = Key.Optional("messagesPerConnection", Form.WholeNumber(1, 100_000),
        "Messages on one connection before it is ended with QUIT and another is made. Without it what is known (Yahoo 20, iCloud 5, Google and Microsoft 50), else 100; for a route no limit.");
    public static readonly Key<int> MessagesPerMinute = Key.Optional("messagesPerMinute", Form.WholeNumber(1, 1_000_000),
        "Messages begun per minute from one source; what is above waits in the spool. Without it no limit.");

    public static readonly Key<int> MessagesPerMinuteInAll = Key.Optional("messagesPerMinuteInAll", Form.WholeNumber(1, 10_000_000),
        "Messages begun per minute from all sources of this node together, beside each source's own `messagesPerMinute`; what is above waits in the spool, and sources and brands take turns. Without it no limit.");

    public static readonly Section Section = new("sites[]",
        "Limits towards receivers, for each source. Receivers count by client address, so each source has its own share; `connectionsInAll` and `messagesPerMinuteInAll` bound them together. "
        + "No receiver is met with all of it at once. A source begins with 5 connections, after it was asked for less with one, and each message taken or refused lets one more come. "
        + "All sources of this node together begin with 10 at a receiver they have no connection to, though the first of a source is made even above that; each message lets one more come while half of them are there, and a source that is asked for less takes half of them, down to 10. "
        + "What an entry leaves open stays as it is known.",
        [Sites, Connections, ConnectionsInAll, MessagesPerConnection, MessagesPerMinute, MessagesPerMinuteInAll]);

    public static SiteDraft Read(SectionReader reader) => new(reader.At, reader.Find(Sites)?.Value ?? [],
        reader.Find(Connections)?.Value, reader.Find(MessagesPerConnection)?.Value, reader.Find(MessagesPerMinute)?.Value, reader.Find(ConnectionsInAll)?.Value, reader.Find(MessagesPerMinuteInAll)?.Value);

    private static bool TrySite(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        result = text.ToLowerInvariant();
        error = result == "*" || (result.Length is > 0 and <= 255 && result.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or ':' or '_'))
            ? null
            : text.Contains('*', StringComparison.Ordinal) ? "is no site: a star stands alone" : "is no site: letters, digits, '.', '-', '+' and ':' are allowed";
        return error is null;
    }
}
