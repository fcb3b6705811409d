using Namesake.Core.Messages;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Says whose fault a refusal is.</summary>
/// <remarks>
/// 1. The stage: before MAIL a refusal can't be about sender, recipient or message. 2. What looks like identity and is known to be something else. 3. Receivers' own codes.
/// 4. X.7.25 (RFC 7372) is identity whatever the text; the text refines it. 5. Identity by subject and fault. 6. Other wordings. 7. The enhanced code. 8. A bare rejection of
/// EHLO is a suspicion of identity. All lines are read as one text. Pure, without backtracking, at most <see cref="ReplyTokens.MostRead"/> characters; never throws.
/// </remarks>
public static class ReplyClassifier
{
    private static readonly ReplyBook Book = ReplyBook.Current;

    /// <summary>A positive reply is <see cref="ReplyClass.Unclassified"/>.</summary>
    public static ReplyVerdict Classify(SmtpReply reply, ReplyScene? scene = null)
    {
        ArgumentNullException.ThrowIfNull(reply);
        scene ??= ReplyScene.Unknown;
        if (reply.IsPositive)
            return new ReplyVerdict(ReplyClass.Unclassified, ReplySubclass.None, ReplySubclass.None, ReplyConfidence.Low, "", QuotedValues.Nothing, FailureScope.Message);

        Span<ushort> words = stackalloc ushort[ReplyTokens.MostTokens];
        Span<ushort> origins = stackalloc ushort[ReplyTokens.MostTokens];
        Span<ReplyPart> parts = stackalloc ReplyPart[ReplyTokens.MostParts];
        var read = new ReplyTokens(Book.Lexicon, words, parts);
        read.Read(reply.Lines);
        var tokens = words[..Book.Lexicon.Gather(words[..read.Count], origins)];
        Span<ulong> candidates = stackalloc ulong[Book.Rules.Length / 64 + 1];
        candidates.Clear();
        Book.Mark(tokens, candidates);
        var asked = new Question(reply, scene, tokens, candidates);

        var found = Decide(asked, out var second);
        var quoted = ReplyQuotes.Of(reply.Lines, parts[..read.PartCount], tokens, origins, Book.Lexicon, scene, found.Class == ReplyClass.Identity);
        return new ReplyVerdict(found.Class, found.Subclass, second, found.Confidence, found.Id, quoted, ScopeOf(found, scene));
    }

    private static ReplyRule Decide(in Question asked, out ReplySubclass second)
    {
        second = ReplySubclass.None;
        var found = asked.First(Book.Negative) ?? asked.First(Book.Receivers) ?? Identity(asked, out second) ?? asked.First(Book.Words) ?? asked.First(Book.Codes) ?? Bare(asked);
        if (found.Second != ReplySubclass.None)
            second = found.Second;
        return found;
    }

    /// <summary>Of a name and a pointer both spoken of, the name is meant when it is quoted; the other is second.</summary>
    private static ReplyRule? Identity(in Question asked, out ReplySubclass second)
    {
        second = ReplySubclass.None;
        // Numbers that speak of the recipient and its mailbox, unless the words speak of a pointer, whatever host they name: a next hop's reply is quoted there (RFC 3463 §3.2, §3.3).
        if (asked.Reply.Enhanced is { Subject: 2 } or { Subject: 1, Detail: 1 or 2 or 3 or 4 or 6 or 10 } && !asked.Speaks(Book.Lexicon.Pointer))
            return null;
        ReplyRule? name = null, pointer = null;
        var (from, length) = Book.Identity.GetOffsetAndLength(Book.Rules.Length);
        for (var i = from; i < from + length && (name is null || pointer is null); i++)
        {
            var rule = Book.Rules[i].Rule;
            if ((rule.Subject == RuleSubject.Ehlo && name is not null) || (rule.Subject == RuleSubject.Pointer && pointer is not null) || !asked.Fits(i))
                continue;
            if (rule.Subject == RuleSubject.Either)
                return rule;
            if (rule.Subject == RuleSubject.Ehlo)
                name = rule;
            else
                pointer = rule;
        }

        var found = name ?? pointer;
        if (name is not null && pointer is not null)
        {
            // "Doesn't match the calling host" is said of both; who is spoken of decides, and a refused name without a reason says least.
            found = asked.Speaks(Book.Lexicon.Pointer) && (!asked.QuotesName(Book.Lexicon) || name.Subclass == ReplySubclass.None) ? pointer : name;
            var other = found == name ? pointer.Subclass : name.Subclass;
            second = asked.Speaks(Book.Lexicon.Pointer) && other != found.Subclass ? other : ReplySubclass.None;
        }

        if (asked.Reply.Enhanced is { Subject: 7, Detail: 25 })
            return found is null or { Subclass: ReplySubclass.None } ? Rfc7372 : found with { Confidence = ReplyConfidence.High };
        return found;
    }

    private static readonly ReplyRule Rfc7372 = new("rfc7372", ReplySubclass.PtrUnconfirmed, ReplyConfidence.High);

    private static readonly ReplyRule BareEhlo = new("bare-ehlo-refusal", ReplySubclass.None, ReplyConfidence.Low) { Class = ReplyClass.Identity };

    private static readonly ReplyRule Nothing = new("", ReplySubclass.None, ReplyConfidence.Low);

    private static ReplyRule Bare(in Question asked) => asked.Scene.Phase == SessionPhase.Ehlo && asked.Reply.IsPermanent && asked.Reply.Code is not (500 or 502 or 503) ? BareEhlo : Nothing;

    private static FailureScope ScopeOf(ReplyRule found, ReplyScene scene) => found switch
    {
        _ when scene.IsBeforeMail => FailureScope.Site,
        { Class: ReplyClass.Identity or ReplyClass.Reputation or ReplyClass.Infrastructure } => FailureScope.Site,
        { Subclass: ReplySubclass.Connections or ReplySubclass.AddressDeferred } => FailureScope.Site,
        { Subclass: ReplySubclass.Rate } => scene.Phase == SessionPhase.Rcpt ? FailureScope.Recipient : FailureScope.Site,
        { Class: ReplyClass.Recipient or ReplyClass.Greylisted } => FailureScope.Recipient,
        { Subclass: ReplySubclass.Unavailable or ReplySubclass.Unreachable } => FailureScope.Session,
        _ => scene.Phase == SessionPhase.Rcpt ? FailureScope.Recipient : FailureScope.Message,
    };

    /// <summary>One reply held against rules.</summary>
    private readonly ref struct Question(SmtpReply reply, ReplyScene scene, ReadOnlySpan<ushort> tokens, ReadOnlySpan<ulong> candidates)
    {
        private readonly ReadOnlySpan<ushort> _tokens = tokens;
        private readonly ReadOnlySpan<ulong> _candidates = candidates;

        public SmtpReply Reply { get; } = reply;

        public ReplyScene Scene { get; } = scene;

        public ReplyRule? First(Range rules)
        {
            var (from, length) = rules.GetOffsetAndLength(Book.Rules.Length);
            for (var i = from; i < from + length; i++)
                if (Fits(i))
                    return Book.Rules[i].Rule;
            return null;
        }

        public bool Fits(int index)
        {
            var (rule, patterns) = Book.Rules[index];
            if (!patterns.IsEmpty && (_candidates[index / 64] >> (index % 64) & 1) == 0)
                return false;
            if (Reply.Code < rule.LeastCode || Reply.Code > rule.MostCode || !FitsCode(rule) || !FitsStage(rule) || (rule.Site is { } site && (Scene.Host is null || SiteRules.OperatorOf(Scene.Host) != site)))
                return false;
            if (patterns.IsEmpty)
                return true;
            foreach (var pattern in patterns)
                if (pattern.IsIn(_tokens))
                    return true;
            return false;
        }

        public bool Speaks(ushort concept) => _tokens.Contains(concept);

        /// <summary>Whether a value stands beside the word HELO: "HELO argument [x]", "x: Helo command rejected", "HELO (x)".</summary>
        public bool QuotesName(Lexicon lexicon)
        {
            for (var i = 0; i < _tokens.Length; i++)
                if (_tokens[i] == lexicon.Ehlo && ((i > 0 && _tokens[i - 1] is Lexicon.Name or Lexicon.Other) || (i + 1 < _tokens.Length && _tokens[i + 1] is Lexicon.Name or Lexicon.Address or Lexicon.Other)))
                    return true;
            return false;
        }

        private bool FitsCode(ReplyRule rule) =>
            rule.EnhancedSubject is not { } subject || (Reply.Enhanced is { } code && code.Subject == subject && code.Detail >= rule.LeastDetail && code.Detail <= rule.MostDetail);

        private bool FitsStage(ReplyRule rule) => Scene.IsBeforeMail
            ? rule.Class is not (ReplyClass.Recipient or ReplyClass.Sender or ReplyClass.Content or ReplyClass.Authentication or ReplyClass.Greylisted)
            : !rule.BeforeMail;
    }
}
