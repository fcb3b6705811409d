namespace Namesake.Fuzz;

public sealed class BrokenPromiseException(string promise) : Exception($"Broken promise: {promise}");
