namespace Namesake.Core.Receivers;

/// <summary>One receiver: a group of MX hosts. "google.com" for every tenant of one operator, else the MX host's own registrable-looking tail,
/// or "route:host:port" for a configured route.</summary>
public readonly record struct SiteId(string Value)
{
    /// <summary>The operators that share it, when they are several; else none.</summary>
    public IEnumerable<SiteId> Operators => Value.Contains('+', StringComparison.Ordinal) ? Value.Split('+').Select(one => new SiteId(one)) : [];

    public override string ToString() => Value;
}
