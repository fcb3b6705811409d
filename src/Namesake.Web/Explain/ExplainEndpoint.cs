using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Pipeline;
using Namesake.Protocol.Addresses;
using Namesake.Web.Problems;

namespace Namesake.Web.Explain;

/// <summary>/api/v1/explain: what would happen, before anything is sent.</summary>
internal sealed class ExplainEndpoint(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/explain", (Delegate)ExplainAsync);

    private async Task<IResult> ExplainAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "from", "to", "listener", "user")
            || !Requests.TryText(http.Request, "from", out var from, out problem) || !Requests.TryText(http.Request, "to", out var to, out problem)
            || !TryOrigin(http.Request, out var origin, out problem))
            return Answers.Of(problem);
        if (!Mailbox.TryParse(from ?? "", allowUtf8: true, out var sender, out var error))
            return Answers.Of(Problem.BadQuery($"from: {error}"));
        if (!Mailbox.TryParse(to ?? "", allowUtf8: true, out var recipient, out error))
            return Answers.Of(Problem.BadQuery($"to: {error}"));
        return Answers.Json(ExplanationView.Of(await relay.Dispatcher.ExplainAsync(sender, recipient, origin, http.RequestAborted)), ApiJson.Default.ExplanationView);
    }

    private bool TryOrigin(HttpRequest request, [NotNullWhen(true)] out ExplainOrigin? origin, [NotNullWhen(false)] out Problem? problem)
    {
        origin = null;
        if (!Requests.TryText(request, "listener", out var address, out problem) || !Requests.TryText(request, "user", out var name, out problem))
            return false;
        var model = relay.Model();
        ListenerModel? listener = null;
        if (address is not null && !TryListener(model, address, out listener, out problem))
            return false;
        var user = model.Users.FirstOrDefault(user => string.Equals(user.Name, name, StringComparison.Ordinal));
        if (name is not null && user is null)
            problem = Problem.BadQuery(model.Users.IsEmpty ? "user: no users are configured" : $"user: there is no user of this name; case counts");
        else
            origin = new ExplainOrigin(listener, user);
        return origin is not null;
    }

    /// <summary>By the address of the configuration, the one really bound, or one that a listener on all addresses takes.</summary>
    private bool TryListener(RelayModel model, string text, [NotNullWhen(true)] out ListenerModel? listener, [NotNullWhen(false)] out Problem? problem)
    {
        (listener, problem) = (null, null);
        if (!IPEndPoint.TryParse(text, out var wanted))
        {
            problem = Problem.BadQuery("listener: write an address and port as in the configuration, 10.0.0.1:587 or [2001:db8::1]:25");
            return false;
        }

        var bound = relay.Submission.Addresses;
        var listeners = model.Listeners.Select((one, i) => (Model: one, Address: one.Address.Port == 0 && i < bound.Length ? bound[i] : one.Address)).ToList();
        var found = listeners.Where(one => one.Address.Equals(wanted)).Concat(listeners.Where(one => IsEverywhere(one.Address, wanted))).Select(one => one.Model).FirstOrDefault()
            ?? (wanted.Port == 0 && listeners.Count(one => one.Address.Address.Equals(wanted.Address)) == 1 ? listeners.Single(one => one.Address.Address.Equals(wanted.Address)).Model : null);
        if (found is null)
            problem = Problem.BadQuery($"listener: none listens on {wanted}; there are {string.Join(", ", listeners.Select(one => one.Address))}");
        listener = found;
        return found is not null;
    }

    private static bool IsEverywhere(IPEndPoint address, IPEndPoint wanted) =>
        address.Port == wanted.Port && (address.Address.Equals(IPAddress.IPv6Any) || (address.Address.Equals(IPAddress.Any) && wanted.AddressFamily == address.AddressFamily));
}
