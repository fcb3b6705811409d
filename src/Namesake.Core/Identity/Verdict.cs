namespace Namesake.Core.Identity;

/// <summary>Of a source under a policy. Time-outs are unknown, never misaligned.</summary>
public enum Verdict
{
    Unknown,
    Aligned,
    Misaligned,
}
