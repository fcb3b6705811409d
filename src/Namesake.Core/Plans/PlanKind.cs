namespace Namesake.Core.Plans;

public enum PlanKind
{
    /// <summary>Variant 1: the records of DNS are made to say what is on the wire.</summary>
    Dns,

    /// <summary>Variant 2: translation makes the wire say what DNS says.</summary>
    Nat,
}

public static class PlanKindWords
{
    /// <summary>As on the command line.</summary>
    public static string Word(this PlanKind kind) => kind == PlanKind.Dns ? "dns" : "nat";
}
