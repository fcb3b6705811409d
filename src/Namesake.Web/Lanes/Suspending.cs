using Microsoft.AspNetCore.Http;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Web.Problems;

namespace Namesake.Web.Lanes;

/// <summary>What the suspension of a lane and of a site have in common: how they are asked for.</summary>
internal static class Suspending
{
    public static Problem NoSite => Problem.NotPossible("a site is written as `lanes` and `sites` show it: one word without spaces, such as google.com or route:192.0.2.1:25");

    /// <summary>Sites are written in lower case, whoever types them.</summary>
    public static bool TrySite(string text, out SiteId site)
    {
        // Several operators' names are sorted, as a site has them.
        site = new SiteId(string.Join('+', text.ToLowerInvariant().Split('+', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
        return site.Value.Length > 0 && text.Length <= 300 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '|');
    }

    /// <param name="source">Null: every source.</param>
    public static async Task<(Suspension?, Problem?)> ReadAsync(HttpRequest request, SourceId? source, string site, TimeProvider time)
    {
        var (body, problem) = await Requests.BodyAsync(request, RequestJson.Default.SuspendRequest);
        if (body is null)
            return (null, problem);
        if (Words.Of(body.Reason, 3, 300) is not { } reason)
            return (null, Problem.BadBody("reason is 3 to 300 characters: it stands in the log and beside what is suspended as long as it is"));
        if (!Requests.TryBy(body.By, out var by, out problem))
            return (null, problem);
        if (body.Until <= time.GetUtcNow())
            return (null, Problem.NotPossible("until is over already: a suspension ends in the future, or without until when it is resumed"));
        if (!TrySite(site, out var receiver))
            return (null, NoSite);
        return (new Suspension(source, receiver, reason, by, time.GetUtcNow(), body.Until?.ToUniversalTime()), null);
    }

    /// <summary>Who names a domain in an emergency must not be left to believe that it is closed: what is suspended is the site of its hosts. Asked once it is suspended: a resolver that is
    /// silent delays no emergency stop, and a site may bear the name of a domain whose own mail goes elsewhere.</summary>
    /// <returns>What is to be told; null: nothing.</returns>
    public static async Task<string?> NoteAsync(SourceId? source, SiteId named, RunningRelay relay)
    {
        if (!DomainName.TryParse(named.Value, out var domain, out _))
            return null;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), relay.Time);
        try
        {
            if (await relay.Dispatcher.SiteOfAsync(domain, patience.Token) is not { } site || site == named || site.Operators.Contains(named))
                return null;
            var closed = source is { } one ? relay.Dispatcher.SuspensionOf(new LaneKey(one, site)) : relay.Dispatcher.SuspensionOf(site);
            return closed is null ? $"mail for the domain {domain} goes to another site, {site}, which is not suspended" : null;
        }
        catch (OperationCanceledException)
        {
            return null; // DNS is silent: it is suspended all the same
        }
    }
}
