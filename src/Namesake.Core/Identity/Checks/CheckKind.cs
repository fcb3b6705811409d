namespace Namesake.Core.Identity.Checks;

/// <summary>Whose word a check rests on: decides which policies and overrides can open it, and whether it must be confirmed.</summary>
public enum CheckKind
{
    /// <summary>What this node does itself (EG-02, EG-03, EH-01, FB-08): holds at once, under every policy, and no override opens it.</summary>
    Local,

    /// <summary>What was written in the configuration: the same for everybody, no DNS and nobody outside is asked.</summary>
    Configuration,

    /// <summary>What the outside saw. The fence's rules of evidence have been applied before a check says bad.</summary>
    Outside,

    /// <summary>What DNS says: for a source that was aligned it must say so twice.</summary>
    Dns,
}
