using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>One row: sound, the check passes; with one thing broken, a real audit finds this check and what must fail for the same cause, nothing else; put right, all is as before.</summary>
/// <remarks>What an audit of a source told before the row doesn't count: what receivers once said is remembered for a day, and that is right.</remarks>
internal sealed record Row(RelayUnderTest Relay, string Source, string Check)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What the check says where nothing is wrong: some have nothing to judge until a receiver has spoken.</summary>
    public string Sound { get; init; } = "pass";

    /// <summary>The hold is one lane's: the source goes on elsewhere, and its verdict stays.</summary>
    public bool HoldsALaneOnly { get; init; }

    /// <param name="fault">Breaks one thing; disposing the result puts it right.</param>
    /// <param name="expected">All new findings: "EG-07 FAIL", the row's own among them.</param>
    public async Task FailsAsync(Func<Task<IAsyncDisposable>> fault, params string[] expected)
    {
        var before = await Relay.Api.AuditAsync(Source);
        Assert.True(before.Of(Check).Outcome == Sound, $"{Check} of a sound source:\n{before}");
        await using (await fault())
        {
            await FailsAsync(before, expected);
        }

        await Eventually.GetAsync(
            $"{Source} is as it was: {string.Join(", ", before.Failing)}",
            () => Relay.Api.AuditAsync(Source),
            now => now.Verdict == before.Verdict && now.Failing.SequenceEqual(before.Failing) && now.Of(Check).Outcome == Sound,
            Patience,
            () => Relay.Log);
    }

    /// <summary>Waits until an audit tells these findings beside those of <paramref name="before"/>, and no others.</summary>
    public async Task<AuditSeen> FailsAsync(AuditSeen before, params string[] expected)
    {
        ArgumentNullException.ThrowIfNull(before);
        Assert.Contains(expected, finding => finding.StartsWith(Check + " ", StringComparison.Ordinal));
        var holds = !HoldsALaneOnly && expected.Any(finding => finding.EndsWith(" HOLD", StringComparison.Ordinal));
        return await Eventually.GetAsync(
            $"an audit of {Source} finds {string.Join(", ", expected)} and nothing else new",
            () => Relay.Api.AuditAsync(Source),
            seen => seen.Of(Check).Outcome == "bad" && seen.Failing.Except(before.Failing).Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal))
                && (seen.Verdict == "aligned") != holds,
            Patience,
            () => Relay.Log);
    }

    /// <summary>Waits until an audit tells what <paramref name="before"/> told but for these findings, and the check passes.</summary>
    public async Task PassesAsync(AuditSeen before, params string[] ended)
    {
        ArgumentNullException.ThrowIfNull(before);
        await Eventually.GetAsync(
            $"an audit of {Source} finds nothing else than before, and no {Check}",
            () => Relay.Api.AuditAsync(Source),
            seen => seen.Of(Check).Outcome == "pass" && seen.Failing.SequenceEqual(before.Failing.Except(ended)),
            Patience,
            () => Relay.Log);
    }
}
