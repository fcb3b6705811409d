using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>Reads replies and writes bytes on one connection, each within its time. Trouble is a value: a receiver that hangs up is an ordinary event.</summary>
/// <remarks>When <c>stop</c> is cancelled the connection is cut off: whoever waits for the receiver hears at once that there is nothing more to come.</remarks>
internal sealed class Conversation : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _stopped;
    private CancellationTokenSource _clock;

    public Conversation(IConnection connection, TimeProvider time, CancellationToken stop)
    {
        (Connection, _time) = (connection, time);
        _clock = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopped = stop.UnsafeRegister(static self => ((Conversation)self!).CutOff(), this);
    }

    public IConnection Connection { get; }

    public PipeWriter Output => Connection.Output;

    /// <summary>Whether bytes are here that nobody has asked for yet.</summary>
    public bool HasUnread
    {
        get
        {
            if (!Connection.Input.TryRead(out var read))
                return false;
            Connection.Input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty;
        }
    }

    /// <summary>The receiver ended the connection, or it broke: seen by the last reading or writing.</summary>
    public bool HasEnded { get; private set; }

    public bool IsCutOff { get; private set; }

    /// <summary>Ends the connection at once: what was written and has not left yet never does.</summary>
    public void CutOff()
    {
        IsCutOff = true;
        Connection.Abort();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Heard> HearAsync(TimeSpan within, string after)
    {
        var input = Connection.Input;
        Arm(within);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(_clock.Token);
                var buffer = read.Buffer;
                var result = ReplyReader.TryRead(ref buffer, out var reply, out var error);
                if (result == ReplyReadResult.Complete)
                {
                    input.AdvanceTo(buffer.Start);
                    return new Heard(reply, null);
                }

                input.AdvanceTo(buffer.Start, read.Buffer.End);
                if (result == ReplyReadResult.Malformed)
                    return new Heard(null, $"the receiver's answer to {after} is not SMTP: {error}");
                if (read.IsCompleted || read.IsCanceled)
                {
                    HasEnded = true;
                    return new Heard(null, $"the receiver closed the connection after {after}");
                }
            }
        }
        catch (Exception end) when (IsCutOff && end is (OperationCanceledException or IOException))
        {
            return new Heard(null, $"we ended the connection after {after}: the relay is stopping");
        }
        catch (OperationCanceledException)
        {
            return new Heard(null, $"no answer to {after} within {Describe(within)}");
        }
        catch (IOException broken)
        {
            HasEnded = true;
            return new Heard(null, $"the connection broke after {after}: {broken.Message}");
        }
    }

    /// <summary>Sends what was written to <see cref="Output"/>.</summary>
    /// <returns>Null, or the trouble.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<string?> FlushAsync(TimeSpan within, string what)
    {
        Arm(within);
        try
        {
            var flushed = await Connection.Output.FlushAsync(_clock.Token);
            HasEnded |= flushed.IsCompleted;
            return flushed.IsCompleted ? $"the receiver closed the connection during {what}" : null;
        }
        catch (Exception end) when (IsCutOff && end is (OperationCanceledException or IOException))
        {
            return $"we ended the connection during {what}: the relay is stopping";
        }
        catch (OperationCanceledException)
        {
            return $"the receiver took nothing of {what} for {Describe(within)}";
        }
        catch (IOException broken)
        {
            HasEnded = true;
            return $"the connection broke during {what}: {broken.Message}";
        }
    }

    public void Write(ReadOnlySpan<byte> bytes) => Connection.Output.Write(bytes);

    public async ValueTask DisposeAsync()
    {
        await _stopped.DisposeAsync();
        _clock.Dispose();
        await Connection.DisposeAsync();
    }

    private void Arm(TimeSpan within)
    {
        // Pushing the one timer forward is cheaper than a source per read; one that fired can't be used again.
        if (!_clock.TryReset())
        {
            _clock.Dispose();
            _clock = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        }

        _clock.CancelAfter(within);
    }

    private static string Describe(TimeSpan span) => span >= TimeSpan.FromMinutes(1) ? $"{span.TotalMinutes:0.#} minutes" : $"{span.TotalSeconds:0.#} seconds";
}
