using System.Collections.Immutable;
using Namesake.Core.Dns;

namespace Namesake.Core.Identity.Facts;

/// <summary>Whether the auditor itself can be believed: its resolvers, its clock, from where it looks. For FB-09 and FB-10.</summary>
public sealed record AuditorFacts(DateTimeOffset At)
{
    /// <summary>What each resolver makes of questions whose answers are known; empty when none was asked.</summary>
    public ImmutableArray<ResolverExam> Resolvers { get; init; } = [];

    /// <summary>The servers of a well-kept public zone, asked directly; null when they were not.</summary>
    public ZoneSurvey? Control { get; init; }

    /// <summary>From where it is looked at the outside; null when nobody has said.</summary>
    public ImmutableArray<Vantage>? Vantages { get; init; }

    /// <summary>Every server that answered did so without authority and offered to ask others: something between us and the servers answers in their place.</summary>
    public bool IsIntercepted
    {
        get
        {
            var answered = Control?.Servers.Select(server => server.Soa).Where(word => word.IsDefinite || word.Outcome == DnsOutcome.Lame).ToList() ?? [];
            return answered.Count > 0 && answered.All(word => word is { OffersRecursion: true, Answer.Authoritative: false });
        }
    }

    /// <summary>The most that this machine's clock is outside of signatures that resolvers found valid; zero when it is inside of them.</summary>
    public TimeSpan ClockOff => Resolvers.Select(exam => exam.ClockOff ?? TimeSpan.Zero).OrderByDescending(off => off.Duration()).FirstOrDefault();

    /// <summary>What DNS says cannot be believed from here, for a definite reason.</summary>
    public bool IsDistrusted => IsIntercepted || ClockOff != TimeSpan.Zero || Resolvers.Any(exam => exam.Lies);
}

public enum VantagePlace
{
    Unknown,

    /// <summary>Behind the same translation as the sources.</summary>
    Inside,

    /// <summary>It sees what receivers see.</summary>
    Outside,
}

/// <param name="Name">For people: "witness mx.example.net", "this node".</param>
public sealed record Vantage(string Name, VantagePlace Place);
