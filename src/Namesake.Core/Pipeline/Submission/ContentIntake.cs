using System.Runtime.CompilerServices;
using Namesake.Protocol.Smtp.Content;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Takes a message's content off the wire, by DATA or by BDAT, within its time and rate.</summary>
internal sealed class ContentIntake(LineReader lines, IConnection connection, SubmissionPorts ports)
{
    private static readonly TimeSpan RateGrace = TimeSpan.FromMinutes(1);

    /// <summary>How long content that is refused already is read on: a smuggler's end, which we don't see as one, is followed by silence.</summary>
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    private static readonly SmtpReply TooLarge = SmtpReply.Of(552, "5.3.4", "Message too big for this system");

    /// <summary>RFC 5321 §4.5.2 and RFC 5322 §2.3 forbid NUL; receivers refuse it, cut the message off there or pass it on changed, and a signature breaks.</summary>
    private static readonly SmtpReply HasNul = SmtpReply.Of(554, "5.6.0", "Message has a NUL octet, which mail must not contain (RFC 5322 2.3): encode it");

    private readonly long _started = ports.Time.GetTimestamp();
    private long _octets;

    /// <summary>Content after 354, to CRLF.CRLF.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IntakeResult> DataAsync(IncomingMessage message)
    {
        var reader = new ContentReader(message.MaximumBytes);
        while (true)
        {
            var (how, read) = await lines.WaitForOctetsAsync(reader.Refusal is null ? ports.Limits.ContentSilence : AfterFault);
            if (how != Taken.Octets)
                return reader.Refusal is { } unheard && how == Taken.TimedOut ? new IntakeResult(unheard, Complete: false, MayContinue: false) : Ended(how);
            var input = read.Buffer;
            _octets += input.Length;
            var result = reader.Read(ref input, message.Content);
            connection.Input.AdvanceTo(input.Start, result == ContentResult.NeedMore ? read.Buffer.End : input.Start);
            switch (result)
            {
                case ContentResult.Complete when reader.IsTooLarge:
                    return new IntakeResult(TooLarge, Complete: false, MayContinue: true);
                case ContentResult.Complete when reader.HasNul:
                    return new IntakeResult(HasNul, Complete: false, MayContinue: true);
                case ContentResult.Complete:
                    message.NeedsEightBit = reader.HasEightBit;
                    return IntakeResult.Whole;
                case ContentResult.NeedMore:
                    break;
                case var _ when !reader.IsEnded && !reader.IsTooLarge:
                    // A client in good faith hears its 550 where it listens for it, behind the end of its content: read on, keep nothing.
                    break;
                default:
                    // We and the client don't agree where lines end, so not where the content ends either: nothing after this is a command.
                    return new IntakeResult(reader.Refusal, Complete: false, MayContinue: false);
            }

            if (IsTooSlow())
                return Ended(Taken.TimedOut);
            await message.Content.SpillAsync();
        }
    }

    /// <summary>One chunk of a known length (RFC 3030): no dots and no end to look for, but the same lines as in DATA, or the message could not be sent on.</summary>
    public async Task<IntakeResult> ChunkAsync(IncomingMessage message, long size, bool last)
    {
        var reader = message.Chunks ??= new ChunkReader(message.MaximumBytes);
        var left = size;
        while (left > 0)
        {
            var (how, read) = await lines.WaitForOctetsAsync(ports.Limits.ContentSilence);
            if (how != Taken.Octets)
                return Ended(how);
            var input = read.Buffer.Slice(0, Math.Min(left, read.Buffer.Length));
            _octets += input.Length;
            left -= input.Length;
            foreach (var segment in input)
                reader.Read(segment.Span, message.Content);
            connection.Input.AdvanceTo(input.End);
            if (IsTooSlow())
                return Ended(Taken.TimedOut);
            await message.Content.SpillAsync();
        }

        if (last)
            reader.End();
        if (reader.IsTooLarge)
            return new IntakeResult(TooLarge, Complete: false, MayContinue: true);
        // Chunks say where they end, so unlike with DATA nobody is in doubt where commands begin again.
        if (reader.Refusal is { } refusal)
            return new IntakeResult(refusal, Complete: false, MayContinue: true);
        message.NeedsEightBit |= reader.HasEightBit;
        return reader.HasNul ? new IntakeResult(HasNul, Complete: false, MayContinue: true)
            : last ? IntakeResult.Whole
            : new IntakeResult(SmtpReply.Of(250, "2.0.0", $"{size} octets received"), Complete: false, MayContinue: true);
    }

    /// <summary>Reads past octets of a chunk that was refused.</summary>
    public async Task<bool> SkipAsync(long size)
    {
        while (size > 0)
        {
            var (how, read) = await lines.WaitForOctetsAsync(ports.Limits.ContentSilence);
            if (how != Taken.Octets)
                return false;
            var skipped = Math.Min(size, read.Buffer.Length);
            _octets += skipped;
            size -= skipped;
            connection.Input.AdvanceTo(read.Buffer.GetPosition(skipped));
            if (IsTooSlow())
                return false;
        }

        return true;
    }

    private bool IsTooSlow()
    {
        var took = ports.Time.GetElapsedTime(_started);
        return took > RateGrace && _octets < took.TotalSeconds * ports.Limits.ContentBytesPerSecond;
    }

    private static IntakeResult Ended(Taken how) => how switch
    {
        Taken.TimedOut => new IntakeResult(SmtpReply.Of(421, "4.4.2", "Timed out waiting for the message"), Complete: false, MayContinue: false),
        _ => new IntakeResult(null, Complete: false, MayContinue: false),
    };
}

/// <param name="Reply">What the client is told; null when it is gone.</param>
/// <param name="Complete">The whole content is here and clean: it may be stored, and the reply comes from there.</param>
internal readonly record struct IntakeResult(SmtpReply? Reply, bool Complete, bool MayContinue)
{
    public static IntakeResult Whole { get; } = new(SmtpReply.Of(250, "2.0.0", "Received"), Complete: true, MayContinue: true);
}
