using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

/// <summary>One line of the rules: data, compiled once by <see cref="ReplyBook"/>.</summary>
/// <param name="Id">Stable and unique.</param>
/// <param name="Patterns">Any of them fits; none: the other conditions are enough. Their language: <see cref="WordPattern"/>.</param>
public sealed record ReplyRule(string Id, ReplySubclass Subclass, ReplyConfidence Confidence, params ImmutableArray<string> Patterns)
{
    public ReplySubclass Second { get; init; }

    /// <summary>Only for rules without subclass; otherwise the subclass tells.</summary>
    public ReplyClass Class { get => Subclass == ReplySubclass.None ? field : ReplyNames.ClassOf(Subclass); init; }

    public int LeastCode { get; init; } = 400;

    public int MostCode { get; init; } = 599;

    /// <summary>Subject of the enhanced code, 7 in 5.7.25; null: whatever it is.</summary>
    public int? EnhancedSubject { get; init; }

    public int LeastDetail { get; init; }

    public int MostDetail { get; init; } = 999;

    /// <summary>Only from this receiver, as <see cref="SiteRules.OperatorOf"/> names it.</summary>
    public string? Site { get; init; }

    /// <summary>Only before MAIL.</summary>
    public bool BeforeMail { get; init; }

    /// <summary>For identity: which of the two it speaks of. A reply may speak of both.</summary>
    public RuleSubject Subject { get; init; }
}

/// <summary>What an identity rule is about.</summary>
public enum RuleSubject
{
    /// <summary>Decides as soon as it fits.</summary>
    Either,
    Pointer,
    Ehlo,
}
