namespace Namesake.Configuration;

/// <summary>One difference between two configurations.</summary>
/// <param name="Path">Where in the file: "brands acme: expiry", "api: address".</param>
/// <param name="Text">For people: what it was and what it is. Secrets are never shown.</param>
public sealed record ConfigurationChange(string Path, string Text)
{
    public override string ToString() => $"{Path}: {Text}";
}
