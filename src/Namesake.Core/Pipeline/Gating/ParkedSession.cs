using System.Threading.Tasks.Sources;
using Namesake.Core.Messages;

namespace Namesake.Core.Pipeline.Gating;

/// <summary>The place where one delivery session waits for work. Reused for the session's life, so that waiting allocates nothing.</summary>
public sealed class ParkedSession(SessionKey key) : IValueTaskSource<Waybill?>
{
    private ManualResetValueTaskSourceCore<Waybill?> _core = new() { RunContinuationsAsynchronously = true };

    public SessionKey Key { get; } = key;

    /// <summary>What it cost since it last looked whether others have their turn.</summary>
    internal long Carried { get; set; }

    internal long ParkedAt { get; private set; }

    internal ValueTask<Waybill?> ParkAsync(long timestamp)
    {
        ParkedAt = timestamp;
        _core.Reset();
        return new ValueTask<Waybill?>(this, _core.Version);
    }

    internal void Wake(Waybill? waybill) => _core.SetResult(waybill);

    Waybill? IValueTaskSource<Waybill?>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Waybill?>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Waybill?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
