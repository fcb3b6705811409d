namespace Namesake.Core.Pipeline.Delivery;

/// <summary>Whether the proof of our address is young enough for a receiver that doesn't echo it.</summary>
public enum ProofAge
{
    /// <summary>Mail may go.</summary>
    Young,

    /// <summary>It is not, and no witness renewed it: the lane rests before one is asked again.</summary>
    Old,

    /// <summary>It is not, and the source is held, as by what the witness said: the gate stops its mail for this site until that ends, and the lane has nothing of its own to wait for.</summary>
    Held,
}
