using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>Whether a receiver's words let its lane rest, and for how long. Identity is not asked here: it has a way of its own.</summary>
/// <remarks>A receiver that asks for less gets a rest that fits what it said, doubled while it goes on saying so; trouble without such words rests by <see cref="Backoff"/>
/// alone. After every rest one message is tried first: the others follow when it got through.</remarks>
public static class LaneTrouble
{
    /// <summary>After "too many connections" and its kin: other sessions of ours have ended by then.</summary>
    public static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(30);

    /// <summary>After "messages from your address are deferred": trying sooner is held against the sender (Yahoo, Microsoft).</summary>
    public static readonly TimeSpan BackOff = TimeSpan.FromMinutes(10);

    /// <summary>What operators commonly wait for Yahoo and Microsoft to think again.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromHours(2);

    /// <param name="before">The lane's last rest, when it is remembered.</param>
    /// <returns>Null when nobody asked for less.</returns>
    public static (string Why, TimeSpan Wait)? In(ImmutableArray<Outcome> outcomes, Backoff? before)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome is not Deferred { Reply: { } reply, Verdict: { } verdict })
                continue;
            switch (ReplyPolicy.For(verdict, reply, outcome.Phase).Rest)
            {
                case LaneRest.SlowDown:
                    return ($"{verdict.Rule}: {reply}", Grown(SlowDown, Backoff.Longest, before));
                case LaneRest.BackOff:
                    return ($"{verdict.Rule}: {reply}", Grown(BackOff, LongestBackOff, before));
            }
        }

        return null;
    }

    private static TimeSpan Grown(TimeSpan first, TimeSpan longest, Backoff? before) =>
        TimeSpan.FromTicks((long)Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Min(before?.Failures ?? 0, 20))));
}
