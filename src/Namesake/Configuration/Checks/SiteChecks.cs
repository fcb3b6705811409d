using Namesake.Configuration.Sections;

namespace Namesake.Configuration.Checks;

/// <summary>Each site is told about once, and something is said of it.</summary>
internal static class SiteChecks
{
    public static void Run(ConfigurationDraft draft, Problems problems)
    {
        Duplicates.Report(draft.SiteLimits.SelectMany(site => site.Sites), "sites: the site", problems);
        foreach (var site in draft.SiteLimits)
        {
            if (site is { Connections: null, MessagesPerConnection: null, MessagesPerMinute: null, ConnectionsInAll: null, MessagesPerMinuteInAll: null })
                problems.Error(site.At, "sites: says no limit: one of connections, connectionsInAll, messagesPerConnection, messagesPerMinute, messagesPerMinuteInAll is expected");
            if (site.Sites.Length > 1 && site.Sites.FirstOrDefault(name => name.Value == "*") is { } star)
                problems.Error(star.At, "sites: \"*\" swallows the others beside it: give it an entry of its own");
        }
    }
}
