using System.Globalization;
using System.Text;

namespace Namesake.Core.Pipeline.Routing;

/// <summary>What of a configuration decides where mail goes. A reload that leaves it as it was forgets no way: what was known while a resolver is dead is most needed then.</summary>
internal sealed class RoutingBasis
{
    private sealed record Known(RelayModel Model, string Text);

    private volatile Known? _known;

    /// <summary>Equal for configurations that lead mail the same ways.</summary>
    public string Of(RelayModel model)
    {
        var known = _known;
        if (known is not null && ReferenceEquals(known.Model, model))
            return known.Text;
        var text = TextOf(model);
        if (text == known?.Text)
            text = known.Text; // The same object, so that comparing costs nothing.
        _known = new Known(model, text);
        return text;
    }

    private static string TextOf(RelayModel model)
    {
        var text = new StringBuilder();
        foreach (var route in model.Routes)
            Add("route", string.Join(' ', route.Domains), string.Join(' ', route.Suffixes), route.Host, route.Port, route.Identity, route.Connections);
        foreach (var rule in model.Sites)
            Add("site", string.Join(' ', rule.Sites), rule.Connections, rule.ConnectionsInAll, rule.MessagesPerConnection, rule.MessagesPerMinute, rule.MessagesPerMinuteInAll);
        foreach (var range in model.TreatAsPublic)
            Add("public", range);
        // Addresses of ours: what leads to them would loop.
        foreach (var listener in model.Listeners)
            Add("listener", listener.Address);
        foreach (var source in model.Sources.All)
            Add("source", source.LocalAddress);
        return text.ToString();

        void Add(params ReadOnlySpan<object?> parts)
        {
            foreach (var part in parts)
                text.Append(CultureInfo.InvariantCulture, $"{part}|");
            text.Append('\n');
        }
    }
}
