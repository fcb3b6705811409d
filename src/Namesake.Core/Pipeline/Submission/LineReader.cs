using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Takes command lines and raw octets from a client, each within its time. How a wait ended is a value.</summary>
/// <remarks>A stop ends waits for commands. A message that is being received comes to its end: its client would hand in all of it again. Who stops hangs up when that takes too long.</remarks>
public sealed class LineReader(IConnection connection, SubmissionLimits limits, TimeProvider time, CancellationToken stop) : IDisposable
{
    private const int ReadsInARow = 16;

    private CancellationTokenSource _clock = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private CancellationTokenSource? _messageClock; // knows of no stop; null until it is needed
    private CancellationTokenSource? _armed;
    private ITimer? _timer;
    private byte[] _line = new byte[1024];
    private bool _discarding;
    private int _unwaited;

    /// <summary>The line of the last <see cref="Taken.Line"/>, without CRLF. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, LineLength);

    private int LineLength { get; set; }

    /// <summary>Takes a line that is here already. Reading nothing means that replies must be flushed before waiting.</summary>
    /// <param name="mostOctets">Longest line with CRLF; a longer one is thrown away.</param>
    public Taken TryTakeLine(int mostOctets)
    {
        if (!connection.Input.TryRead(out var read))
            return Taken.Nothing;
        return Take(read, mostOctets);
    }

    /// <summary>Waits for a line: as long as a client may be idle for its first octet, from there as long as a line may take.</summary>
    /// <param name="mostOctets">Longest line with CRLF; a longer one is thrown away.</param>
    /// <param name="inMessage">Part of a message has come, and this says how it goes on (BDAT): a stop doesn't end the wait.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Taken> TakeLineAsync(int mostOctets, bool inMessage = false)
    {
        var begun = false;
        var clock = Arm(limits.Idle, inMessage);
        try
        {
            while (true)
            {
                var read = await ReadAsync(clock);
                var taken = Take(read, mostOctets);
                if (taken != Taken.Nothing)
                    return taken;
                if (!begun)
                {
                    // From the first byte on the whole line has to come within its own time, however slowly it dribbles.
                    begun = true;
                    clock = Arm(limits.CommandLine, inMessage);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return !inMessage && stop.IsCancellationRequested ? Taken.Stopping : Taken.TimedOut;
        }
        catch (IOException)
        {
            return Taken.Closed;
        }
    }

    /// <summary>Waits for octets of content. The caller consumes from <see cref="ReadResult.Buffer"/> and advances.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(Taken How, ReadResult Read)> WaitForOctetsAsync(TimeSpan within)
    {
        if (connection.Input.TryRead(out var here))
            return (here.Buffer.IsEmpty && here.IsCompleted ? Taken.Closed : Taken.Octets, here);
        var clock = Arm(within, inMessage: true);
        try
        {
            var read = await ReadAsync(clock);
            return (read.Buffer.IsEmpty && read.IsCompleted ? Taken.Closed : Taken.Octets, read);
        }
        catch (OperationCanceledException)
        {
            return (Taken.TimedOut, default);
        }
        catch (IOException)
        {
            return (Taken.Closed, default);
        }
    }

    /// <summary>A client that sends faster than it is read never makes us wait: now and then others have a turn on this thread, which serves their sockets.</summary>
    private ValueTask<ReadResult> ReadAsync(CancellationToken clock)
    {
        var read = connection.Input.ReadAsync(clock);
        if (!read.IsCompleted)
            _unwaited = 0;
        else if (++_unwaited % ReadsInARow == 0)
            return YieldAsync(read);
        return read;

        static async ValueTask<ReadResult> YieldAsync(ValueTask<ReadResult> read)
        {
            await Task.Yield();
            return await read;
        }
    }

    /// <summary>Throws away what was sent behind STARTTLS in the same breath: it came unencrypted and must not be read as if it hadn't.</summary>
    public void DiscardBuffered()
    {
        if (connection.Input.TryRead(out var read))
            connection.Input.AdvanceTo(read.Buffer.End);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _clock.Dispose();
        _messageClock?.Dispose();
    }

    private Taken Take(ReadResult read, int mostOctets)
    {
        var buffer = read.Buffer;
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            var next = buffer.GetPosition(1, end);
            if (_discarding || line.Length + 1 > mostOctets)
            {
                _discarding = false;
                connection.Input.AdvanceTo(next);
                return Taken.TooLong;
            }

            Copy(line);
            connection.Input.AdvanceTo(next);
            if (LineLength > 0 && _line[LineLength - 1] == '\r')
            {
                LineLength--;
                if (!Line.Contains((byte)'\r'))
                    return Taken.Line;
            }

            return Taken.BareLineEnd;
        }

        if (buffer.Length >= mostOctets)
        {
            // A line of megabytes costs its bandwidth, never memory: it is thrown away as it comes and refused at its end.
            _discarding = true;
            connection.Input.AdvanceTo(buffer.End);
        }
        else
        {
            connection.Input.AdvanceTo(buffer.Start, buffer.End);
        }

        return read.IsCompleted ? Taken.Closed : Taken.Nothing;
    }

    private void Copy(ReadOnlySequence<byte> line)
    {
        LineLength = (int)line.Length;
        if (_line.Length < LineLength)
            _line = new byte[Math.Max(LineLength, _line.Length * 2)];
        line.CopyTo(_line);
    }

    private CancellationToken Arm(TimeSpan within, bool inMessage)
    {
        if (inMessage && _messageClock is null or { IsCancellationRequested: true })
        {
            _messageClock?.Dispose();
            _messageClock = new CancellationTokenSource();
        }
        else if (!inMessage && _clock.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            _clock.Dispose();
            _clock = CancellationTokenSource.CreateLinkedTokenSource(stop);
        }

        _armed = inMessage ? _messageClock : _clock;

        // One timer per connection, pushed forward: a timer per command would be most of what a busy session allocates.
        if (_timer is null)
            _timer = time.CreateTimer(static state => ((LineReader)state!).Expire(), this, within, Timeout.InfiniteTimeSpan);
        else
            _timer.Change(within, Timeout.InfiniteTimeSpan);
        return _armed!.Token;
    }

    private void Expire()
    {
        try
        {
            _armed?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The session ended while the timer fired.
        }
    }
}

/// <summary>How a wait for the client ended.</summary>
public enum Taken
{
    Nothing,
    Line,
    Octets,

    /// <summary>Longer than the limit; all of it was read and thrown away.</summary>
    TooLong,

    /// <summary>Ended by LF alone, or with a CR inside: refused (RFC 5321 §2.3.8), nothing lenient here.</summary>
    BareLineEnd,
    TimedOut,
    Closed,
    Stopping,
}
