using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>The name a listener gives itself: the configured one, else its brand's own, else the node's. Never another brand's.</summary>
public static class ListenerName
{
    public static HostName Of(ListenerModel listener, RelayModel model)
    {
        if (listener.Name is { } name)
            return name;
        if (listener.Brand is { } id && model.Brands.Find(id) is { } brand && model.Sources.Find(brand.Sources[0]) is { } source)
            return source.Ehlo;
        // A node's name need not be a host name; ".invalid" (RFC 2606) can't be mistaken for somebody's.
        return HostName.TryParse(model.Node, out var node, out _) ? node : HostName.Parse("relay.invalid");
    }
}
