namespace Namesake.Core.Receivers;

/// <summary>One receiver: a group of MX hosts. "google.com" for every tenant of one operator, else the MX host's own registrable-looking tail,
/// or "route:host:port" for a configured route.</summary>
public readonly record struct SiteId(string Value)
{
    public override string ToString() => Value;
}
