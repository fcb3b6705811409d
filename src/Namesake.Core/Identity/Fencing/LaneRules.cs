namespace Namesake.Core.Identity.Fencing;

/// <summary>When the fence holds a lane and releases it.</summary>
public static class LaneRules
{
    /// <summary>One foreign address is enough: the lane is held at once.</summary>
    public static LaneState Wrong(LaneState? state, EchoSighting sighting, IdentityOptions options)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        ArgumentNullException.ThrowIfNull(options);
        var observed = sighting.Observed!.ToString();
        if (state is not null && sighting.At - state.Latest > options.SightingWindow && !state.IsHeld)
            state = null;
        var onsets = (state?.Onsets ?? []).RemoveAll(onset => sighting.At - onset > options.SightingWindow);
        var isNew = state is not { IsHeld: true };
        return new LaneState(sighting.Source, sighting.Site, true, isNew ? sighting.At : state!.Since, sighting.At, sighting.Receiver, observed, sighting.FirstLine)
        {
            Addresses = [.. (state?.Addresses ?? []).Remove(observed).TakeLast(7), observed],
            Onsets = isNew ? onsets.Add(sighting.At) : onsets,
        };
    }

    /// <summary>The expected address on a new connection newer than the fault: once, or several times for a pool.</summary>
    public static LaneState Right(LaneState state, EchoSighting sighting, IdentityOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sighting);
        ArgumentNullException.ThrowIfNull(options);
        if (!state.IsHeld || !sighting.NewConnection || sighting.At <= state.Latest)
            return state;
        var good = state.GoodInARow + 1;
        return state with { GoodInARow = good, SilentInARow = 0, IsHeld = good < (state.IsPool ? options.PoolReleaseInARow : 1) };
    }

    /// <summary>A receiver that stopped echoing would hold its lane for ever. Silent three times in a row, with the address confirmed elsewhere since, it is a silent receiver like others.</summary>
    /// <param name="confirmedAt">The newest sighting of the expected address by anybody.</param>
    public static LaneState Silent(LaneState state, EchoSighting sighting, DateTimeOffset? confirmedAt, IdentityOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sighting);
        ArgumentNullException.ThrowIfNull(options);
        if (!state.IsHeld || !sighting.NewConnection || sighting.At <= state.Latest)
            return state;
        var silent = state.SilentInARow + 1;
        return state with { SilentInARow = silent, GoodInARow = 0, IsHeld = silent < options.PoolReleaseInARow || confirmedAt is null || confirmedAt <= state.Latest };
    }
}
