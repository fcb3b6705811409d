using System.Buffers;
using System.IO.Pipelines;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>Reads replies and writes bytes on one connection, each within its time. Trouble is a value: a receiver that hangs up is an ordinary event.</summary>
internal sealed class Conversation(IConnection connection, TimeProvider time) : IAsyncDisposable
{
    private CancellationTokenSource _clock = new(Timeout.InfiniteTimeSpan, time);

    public IConnection Connection => connection;

    public PipeWriter Output => connection.Output;

    /// <summary>Whether bytes are here that nobody has asked for yet.</summary>
    public bool HasUnread
    {
        get
        {
            if (!connection.Input.TryRead(out var read))
                return false;
            var unread = !read.Buffer.IsEmpty;
            connection.Input.AdvanceTo(read.Buffer.Start);
            return unread;
        }
    }

    public async ValueTask<Heard> HearAsync(TimeSpan within, string after)
    {
        var input = connection.Input;
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
                    return new Heard(null, $"the receiver closed the connection after {after}");
            }
        }
        catch (OperationCanceledException)
        {
            return new Heard(null, $"no answer to {after} within {Describe(within)}");
        }
        catch (IOException broken)
        {
            return new Heard(null, $"the connection broke after {after}: {broken.Message}");
        }
    }

    /// <summary>Sends what was written to <see cref="Output"/>.</summary>
    /// <returns>Null, or the trouble.</returns>
    public async ValueTask<string?> FlushAsync(TimeSpan within, string what)
    {
        Arm(within);
        try
        {
            var flushed = await connection.Output.FlushAsync(_clock.Token);
            return flushed.IsCompleted ? $"the receiver closed the connection during {what}" : null;
        }
        catch (OperationCanceledException)
        {
            return $"the receiver took nothing of {what} for {Describe(within)}";
        }
        catch (IOException broken)
        {
            return $"the connection broke during {what}: {broken.Message}";
        }
    }

    public void Write(ReadOnlySpan<byte> bytes) => connection.Output.Write(bytes);

    public async ValueTask DisposeAsync()
    {
        _clock.Dispose();
        await connection.DisposeAsync();
    }

    private void Arm(TimeSpan within)
    {
        // Pushing the one timer forward is cheaper than a source per read; one that fired can't be used again.
        if (!_clock.TryReset())
        {
            _clock.Dispose();
            _clock = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        }

        _clock.CancelAfter(within);
    }

    private static string Describe(TimeSpan span) => span >= TimeSpan.FromMinutes(1) ? $"{span.TotalMinutes:0.#} minutes" : $"{span.TotalSeconds:0.#} seconds";
}
