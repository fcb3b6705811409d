namespace Namesake.Configuration;

/// <summary>A value together with where it was written.</summary>
internal sealed record Placed<T>(T Value, Place At);
