namespace Namesake.Core.Pipeline.Spool;

/// <summary>What one name did on one day (UTC).</summary>
/// <param name="Messages">Accepted; of a source: handed to receivers.</param>
/// <param name="Recipients">Accepted; of a source: delivered.</param>
/// <param name="Refused">Recipients that receivers refused for good.</param>
public sealed record Tally(TallyKey Key, long Messages, long Recipients, long Refused);

public readonly record struct TallyKey(DateOnly Day, TallyScope Scope, string Name);
