using System.Collections.Immutable;

namespace Namesake.Core.Receivers.Replies;

/// <summary>All rules in the order in which they are asked, docs/replies.md §3: what looks like identity and isn't; receivers' own codes; identity by its wording; the rest by
/// wording; then what the enhanced code says. Data, one file each.</summary>
internal static partial class ReplyRules
{
    private static ReplyRule Sure(string id, ReplySubclass subclass, params ImmutableArray<string> patterns) => new(id, subclass, ReplyConfidence.High, patterns);

    private static ReplyRule Likely(string id, ReplySubclass subclass, params ImmutableArray<string> patterns) => new(id, subclass, ReplyConfidence.Medium, patterns);

    private static ReplyRule Perhaps(string id, ReplySubclass subclass, params ImmutableArray<string> patterns) => new(id, subclass, ReplyConfidence.Low, patterns);

    private static ReplyRule Temporary(ReplyRule rule) => rule with { MostCode = 499 };

    private static ReplyRule Permanent(ReplyRule rule) => rule with { LeastCode = 500 };
}
