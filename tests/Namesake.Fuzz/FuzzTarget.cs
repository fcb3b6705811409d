namespace Namesake.Fuzz;

/// <summary>One parser under fire: takes any octets, throws when a promise of the parser is broken. The same delegate serves the replay here and a fuzzer's driver.</summary>
public delegate void FuzzTarget(ReadOnlySpan<byte> input);
