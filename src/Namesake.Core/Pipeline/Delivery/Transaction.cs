using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Namesake.Core.Identity;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Client;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Content;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>One message over a session that passed the fence: MAIL, RCPT, DATA, content, final dot.</summary>
/// <remarks>With PIPELINING (RFC 2920) everything up to DATA goes in one write. At most 100 recipients travel at once: the number every
/// receiver must take (RFC 5321 §4.5.3.1.8); the rest follow in transactions of their own.</remarks>
/// <param name="mayGo">Asked right before each MAIL FROM: opening the content may have waited for the spool, and the recipients before for the receiver.</param>
internal sealed class Transaction(Conversation conversation, EhloResponse ehlo, DeliveryTimeouts timeouts, ReplyScene scene, OutputSamples? outputs, Func<bool> mayGo)
{
    private const int MostRecipients = 100;
    private const int ChunkBytes = 65_536;

    private static readonly TimeSpan AfterHangUp = TimeSpan.FromSeconds(1);

    private QueueKey? _key;
    private bool _alive = true;
    private Trouble? _trouble;
    private JudgedReply? _identityRefusal;
    private bool _heard;
    private bool _farewell;
    private bool _dotWritten;

    /// <summary>It ended where a MAIL FROM would have begun: nothing is under way, and the session may end politely.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>How many the receiver sees of one message.</summary>
    public static int Count(Consignment consignment) => (consignment.Recipients.Length + MostRecipients - 1) / MostRecipients;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptReport> RunAsync(Consignment consignment, Func<CancellationToken, Task<StoredContent>> open, CancellationToken stop)
    {
        _key = consignment.Key;
        var outcomes = new Outcome[consignment.Recipients.Length];
        if (Unsupported(consignment) is { } unsupported)
        {
            Array.Fill(outcomes, unsupported);
        }
        else
        {
            for (var first = 0; first < outcomes.Length; first += MostRecipients)
            {
                var slice = new ArraySegment<Outcome>(outcomes, first, Math.Min(MostRecipients, outcomes.Length - first));
                if (_alive)
                    await SendSliceAsync(consignment, first, slice, open, stop);
                else
                    slice.AsSpan().Fill(new Abandoned(SessionPhase.Mail, "the session ended before this recipient's turn"));
            }
        }

        return new AttemptReport(ImmutableCollectionsMarshal.AsImmutableArray(outcomes), _alive, _trouble, TimeSpan.Zero, new SessionFacts()) { IdentityRefusal = _identityRefusal, NothingHeard = !IsStopped && !_heard && (_farewell || conversation.HasEnded) };
    }

    /// <summary>Trouble of our own must not cost what an earlier slice has achieved: those recipients have the message.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendSliceAsync(Consignment consignment, int first, ArraySegment<Outcome> outcomes, Func<CancellationToken, Task<StoredContent>> open, CancellationToken stop)
    {
        try
        {
            await SendAsync(consignment, first, outcomes, open, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _alive = false;
            Fill(outcomes, new Abandoned(SessionPhase.Mail, "the relay is stopping"));
        }
        catch (IOException trouble)
        {
            // Reading the content failed, perhaps in its middle: without the final dot the receiver has nothing.
            _alive = false;
            Fill(outcomes, new Deferred(SessionPhase.Content, FailureScope.Message, null, $"the message could not be sent for a reason of our own: {trouble.Message}"));
        }
    }

    private Refused? Unsupported(Consignment consignment)
    {
        if (consignment.SmtpUtf8 && !ehlo.SmtpUtf8)
            return new Refused(SessionPhase.Mail, FailureScope.Message, SmtpReply.Of(550, "5.6.7", "the receiver does not support internationalised addresses (SMTPUTF8)"),
                "the message needs SMTPUTF8 (RFC 6531) and the receiver does not offer it");
        if (ehlo.Size is { } limit and > 0 && consignment.Size > limit)
            return new Refused(SessionPhase.Mail, FailureScope.Message, SmtpReply.Of(552, "5.3.4", $"the receiver takes at most {limit} bytes"),
                $"the message has {consignment.Size} bytes, the receiver takes at most {limit} (SIZE, RFC 1870)");
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(Consignment consignment, int first, ArraySegment<Outcome> outcomes, Func<CancellationToken, Task<StoredContent>> open, CancellationToken stop)
    {
        _dotWritten = false;
        // The content is opened before MAIL FROM: if the spool can't give it, the receiver never hears of the message.
        await using var content = await open(stop);
        if (!mayGo())
        {
            (_alive, IsStopped) = (false, true);
            Fill(outcomes, new Abandoned(SessionPhase.Mail, "the source was held, or changed; stopped before MAIL FROM"));
            return;
        }

        WriteMail(consignment, ehlo);
        if (!ehlo.Pipelining)
        {
            await SendInStepsAsync(consignment, first, outcomes, content);
            return;
        }

        for (var i = 0; i < outcomes.Count; i++)
            WriteRcpt(consignment.Recipients[first + i], ehlo);
        conversation.Write("DATA\r\n"u8);
        if (await conversation.FlushAsync(timeouts.Command, "MAIL") is { } unsent)
        {
            Break(outcomes, SessionPhase.Mail, unsent);
            return;
        }

        var mail = await conversation.HearAsync(timeouts.Command, "MAIL");
        if (mail.Reply is null)
        {
            Break(outcomes, SessionPhase.Mail, mail.Trouble!);
            return;
        }

        Note(mail.Reply);
        // Judged before anything else is heard: a receiver may refuse MAIL and hang up, and its reason must not be lost.
        // After a refused MAIL the RCPT replies are only its echo.
        if (!mail.Reply.IsCompletion)
            Fill(outcomes, Judge(mail.Reply, SessionPhase.Mail, FailureScope.Message));
        var accepted = 0;
        for (var i = 0; i < outcomes.Count; i++)
        {
            var recipient = await conversation.HearAsync(timeouts.Recipient, "RCPT");
            if (recipient.Reply is null)
            {
                Break(outcomes, SessionPhase.Rcpt, recipient.Trouble!);
                return;
            }

            if (!mail.Reply.IsCompletion)
                continue;
            if (recipient.Reply.IsCompletion)
                accepted++;
            else
                outcomes[i] = Judge(recipient.Reply, SessionPhase.Rcpt, FailureScope.Recipient, ofOneRecipient: true);
        }

        var data = await conversation.HearAsync(timeouts.Data, "DATA");
        await AfterDataAsync(data, accepted, outcomes, content);
    }

    private async Task SendInStepsAsync(Consignment consignment, int first, ArraySegment<Outcome> outcomes, StoredContent content)
    {
        var mail = await SayAsync("MAIL", timeouts.Command);
        Note(mail.Reply);
        if (mail.Reply is not { IsCompletion: true })
        {
            if (mail.Reply is null)
                Break(outcomes, SessionPhase.Mail, mail.Trouble!);
            else
                outcomes.AsSpan().Fill(Judge(mail.Reply, SessionPhase.Mail, FailureScope.Message));
            await ResetAsync();
            return;
        }

        var accepted = 0;
        for (var i = 0; i < outcomes.Count; i++)
        {
            WriteRcpt(consignment.Recipients[first + i], ehlo);
            var recipient = await SayAsync("RCPT", timeouts.Recipient);
            if (recipient.Reply is null)
            {
                Break(outcomes, SessionPhase.Rcpt, recipient.Trouble!);
                return;
            }

            if (recipient.Reply.IsCompletion)
                accepted++;
            else
                outcomes[i] = Judge(recipient.Reply, SessionPhase.Rcpt, FailureScope.Recipient, ofOneRecipient: true);
            if (_alive)
                continue;
            // A 421: the session is over, and with it those accepted before.
            Fill(outcomes, outcomes[i]);
            return;
        }

        if (accepted == 0)
        {
            await ResetAsync();
            return;
        }

        conversation.Write("DATA\r\n"u8);
        await AfterDataAsync(await SayAsync("DATA", timeouts.Data), accepted, outcomes, content);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AfterDataAsync(Heard data, int accepted, ArraySegment<Outcome> outcomes, StoredContent content)
    {
        if (data.Reply is null)
        {
            Break(outcomes, SessionPhase.Data, data.Trouble!);
            return;
        }

        if (data.Reply.Code != 354)
        {
            Fill(outcomes, Judge(data.Reply, SessionPhase.Data, FailureScope.Message));
            await ResetAsync();
            return;
        }

        if (accepted == 0)
        {
            // RFC 2920 §3.1: a server that says 354 without a recipient must be given an empty message; whatever it says then goes nowhere.
            conversation.Write(".\r\n"u8);
            if ((await SayAsync("an empty message", timeouts.FinalDot)).Reply is null)
                _alive = false;
            return;
        }

        if (await WriteContentAsync(content) is { } unsent)
        {
            // Some say why before they hang up in the middle of content. Without the final dot nothing can have been accepted.
            var why = await conversation.HearAsync(AfterHangUp, "the content");
            if (why.Reply is { Code: >= 400 } reply)
                Fill(outcomes, Judge(reply, SessionPhase.Content, FailureScope.Message));
            else if (_dotWritten && why.Reply is { IsCompletion: true } taken)
                Fill(outcomes, new Delivered(taken, WillReport: ehlo.Dsn));
            Break(outcomes, _dotWritten ? SessionPhase.FinalDot : SessionPhase.Content, unsent);
            return;
        }

        // From here cancellation is ignored on purpose: the receiver may have the message, only its answer can tell.
        var final = await conversation.HearAsync(timeouts.FinalDot, "the final dot");
        if (final.Reply is null)
            Break(outcomes, SessionPhase.FinalDot, final.Trouble!);
        else if (final.Reply.IsCompletion)
            Fill(outcomes, new Delivered(final.Reply, WillReport: ehlo.Dsn));
        else if (final.Reply.IsPositive)
            Break(outcomes, SessionPhase.FinalDot, $"answered with {final.Reply}, which is no end of it (RFC 5321 §4.2.1)");
        else
            Fill(outcomes, Judge(final.Reply, SessionPhase.FinalDot, FailureScope.Message, ofOneRecipient: accepted == 1));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<string?> WriteContentAsync(StoredContent content)
    {
        var stuffer = new DotStuffer();
        if (content.Bytes is { } bytes)
        {
            outputs?.Offer(_key!.Source, _key.Brand, bytes.Span);
            // All but the last chunk, which goes with the dot: most messages are one write.
            for (; bytes.Length > ChunkBytes; bytes = bytes[ChunkBytes..])
            {
                stuffer.WriteChunk(bytes.Span[..ChunkBytes], conversation.Output);
                if (await conversation.FlushAsync(timeouts.ContentChunk, "the content") is { } trouble)
                    return trouble;
            }

            stuffer.WriteChunk(bytes.Span, conversation.Output);
            return await EndContentAsync(stuffer);
        }

        var stream = content.OpenStream();
        var chunk = System.Buffers.ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var first = true;
            int read;
            while ((read = await stream.ReadAsync(chunk)) > 0)
            {
                if (first)
                    outputs?.Offer(_key!.Source, _key.Brand, chunk.AsSpan(0, read));
                first = false;
                stuffer.WriteChunk(chunk.AsSpan(0, read), conversation.Output);
                if (await conversation.FlushAsync(timeouts.ContentChunk, "the content") is { } trouble)
                    return trouble;
            }

            return await EndContentAsync(stuffer);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private ValueTask<string?> EndContentAsync(DotStuffer stuffer)
    {
        stuffer.Finish(conversation.Output);
        _dotWritten = true;
        return conversation.FlushAsync(timeouts.ContentChunk, "the content");
    }

    /// <summary>A 421 where MAIL should be answered is what a receiver says that is closing anyway, often before it was asked.</summary>
    private void Note(SmtpReply? mail)
    {
        _farewell = !_heard && mail is { Code: 421 };
        _heard |= mail is not null and not { Code: 421 };
    }

    private void WriteMail(Consignment consignment, EhloResponse peer) =>
        CommandWriter.Mail(conversation.Output, new MailCommand(consignment.Sender)
        {
            // Also where SIZE is offered without a limit (RFC 1870 §4): the receiver may know its own room.
            Size = peer.SizeOffered ? consignment.Size : null,
            // Content with 8-bit octets goes to a receiver without 8BITMIME as it is: such receivers take it in practice, and converting would break every signature.
            Body = consignment.EightBit && peer.EightBitMime ? BodyType.EightBitMime : BodyType.SevenBit,
            SmtpUtf8 = consignment.SmtpUtf8,
            Return = peer.Dsn ? consignment.Return : null,
            EnvelopeId = peer.Dsn ? consignment.EnvelopeId : null,
        });

    private void WriteRcpt(QueuedRecipient recipient, EhloResponse peer) =>
        CommandWriter.Rcpt(conversation.Output, new RcptCommand(recipient.Address)
        {
            Notify = peer.Dsn ? recipient.Notify : null,
            OriginalRecipient = peer.Dsn ? recipient.OriginalRecipient : null,
        });

    private async Task<Heard> SayAsync(string what, TimeSpan within)
    {
        if (await conversation.FlushAsync(within, what) is { } trouble)
            return new Heard(null, trouble);
        return await conversation.HearAsync(within, what);
    }

    private async Task ResetAsync()
    {
        if (!_alive)
            return;
        conversation.Write("RSET\r\n"u8);
        if ((await SayAsync("RSET", timeouts.Command)).Reply is not { IsCompletion: true })
            _alive = false;
    }

    /// <summary>What a refusal means. A 421 ends the session whatever it answers (RFC 5321 §3.8).</summary>
    private Outcome Judge(SmtpReply reply, SessionPhase phase, FailureScope scope, bool ofOneRecipient = false)
    {
        var verdict = ReplyClassifier.Classify(reply, scene with { Phase = phase });
        var text = reply.ToString();
        // Our fault, not the recipient's: kept and tried again after the identity was looked at, however permanent the code.
        if (verdict.IsIdentity)
            _identityRefusal = new JudgedReply(reply, verdict);
        if (reply.Code is 421 or < 400) // A yes that doesn't fit: whoever said it is out of step with us, or we with it.
            _alive = false;
        if (reply.Code == 421 || verdict.IsIdentity)
        {
            _trouble = new Trouble(TroubleDepth.Lane, text);
            return new Deferred(phase, FailureScope.Site, reply, text) { Verdict = verdict };
        }

        return ReplyPolicy.For(verdict, reply, phase).IsKept
            ? new Deferred(phase, scope, reply, text) { Verdict = verdict }
            : new Refused(phase, scope, reply, text) { Verdict = verdict, IsOfOneRecipient = ofOneRecipient };
    }

    private static void Fill(ArraySegment<Outcome> outcomes, Outcome outcome)
    {
        for (var i = 0; i < outcomes.Count; i++)
            outcomes[i] ??= outcome;
    }

    private void Break(ArraySegment<Outcome> outcomes, SessionPhase phase, string trouble)
    {
        _alive = false;
        if (phase == SessionPhase.FinalDot)
            trouble += "; the receiver may have the message, the next attempt may send it twice";
        // What we cut off ourselves was no attempt, as long as the receiver can't have taken the message.
        Fill(outcomes, conversation.IsCutOff && phase != SessionPhase.FinalDot ? new Abandoned(phase, trouble) : new Deferred(phase, FailureScope.Session, null, trouble));
    }
}
