using System.Buffers;
using System.Collections.Immutable;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Headers;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Content;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>One message between MAIL and its 250: envelope, brand, content. Ends stored, or leaves nothing behind.</summary>
internal sealed class IncomingMessage(MailCommand mail, BrandChoice choice, Permit permit) : IAsyncDisposable
{
    private RelayModel _model = null!;
    private ListenerModel _listener = null!;
    private SubmissionPorts _ports = null!;
    private ReceivedFrom _from = null!;
    private MessageId _id;

    public Permit Permit => permit;

    public List<RcptCommand> Recipients { get; } = [];

    public ContentBuffer Content { get; private set; } = null!;

    public bool HasBegun => Content is not null;

    /// <summary>Judges the chunks of this message together; null until the first.</summary>
    public ChunkReader? Chunks { get; set; }

    public bool NeedsEightBit { get; set; }

    public long MaximumBytes => Math.Min(_model.MaximumMessageBytes, permit.LargestMessage);

    public IncomingMessage Begin(RelayModel model, ListenerModel listener, SubmissionPorts ports, ReceivedFrom from)
    {
        (_model, _listener, _ports, _from) = (model, listener, ports, from);
        _id = ports.Spool.NextId();
        Content = new ContentBuffer(ports.Budget, () => ports.Spool.CreateContentFile(_id)) { FilePrefix = () => Received(NameSoFar()) };
        return this;
    }

    /// <summary>The last decisions, then the spool. What comes back is what the client is told: 250 only after the commit.</summary>
    public async Task<SmtpReply> StoreAsync(CancellationToken stop)
    {
        if (Content.Trouble is { } full)
            return NotStored(full);
        var facts = HeaderScan.Read(Content.Head, isWhole: !Content.IsFile);
        if (facts.ReceivedCount > _ports.Limits.ReceivedHeaders)
            return SmtpReply.Of(554, "5.4.6", $"Message has passed {facts.ReceivedCount} servers: it loops (RFC 5321 6.3)");
        switch (BrandSelection.AtContent(_model.Brands, choice, facts))
        {
            // Whose it is may have shown only now; then its limits are asked only now.
            case BrandChosen chosen when choice is not BrandChosen && _ports.Quotas.Enter(permit, chosen.Brand, Content.Length) is { } refusal:
                return refusal;
            case BrandChosen chosen:
                return await StoreAsync(chosen, stop);
            case BrandRejected rejected:
                return SmtpReply.Of(550, "5.7.1", rejected.Reason);
            default:
                throw new InvalidOperationException("A brand was still undecided after the content.");
        }
    }

    public ValueTask DisposeAsync()
    {
        permit.Dispose();
        return Content?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async Task<SmtpReply> StoreAsync(BrandChosen chosen, CancellationToken stop)
    {
        var brand = chosen.Brand;
        var consignments = Recipients.Select((recipient, ordinal) => (recipient.Recipient.Domain, ordinal)).GroupBy(pair => pair.Domain, pair => pair.ordinal)
            .Select(group =>
            {
                var place = _ports.Placement.Place(brand, _id, group.Key, null);
                return new NewConsignment(place.Key, [.. group], place.Claimed, place.Due);
            }).ToImmutableArray();
        var name = _model.Sources.Find(consignments[0].Key.Source)!.Ehlo;
        var envelope = new Envelope(brand.Id, chosen.Sender,
            [.. Recipients.Select(recipient => new EnvelopeRecipient(recipient.Recipient, recipient.Notify, recipient.OriginalRecipient))],
            NeedsEightBit || mail.Body != BodyType.SevenBit, mail.SmtpUtf8, mail.Return, mail.EnvelopeId);
        try
        {
            await using var file = Content.IsFile ? await Content.TakeFileAsync() : null;
            // Written out: "? byte[] : null" would be an empty array, not none.
            var bytes = file is null ? Content.ToArray(Received(name)) : (ReadOnlyMemory<byte>?)null;
            var message = new NewMessage(_id, envelope, consignments, _id.AcceptedAt + brand.Expiry, _from.Client.ToString(), bytes, file)
            {
                Submitter = _from.User ?? _from.Client.ToString(),
            };
            // From here cancellation is ignored on purpose: the message is being committed, and the client must hear which way it went.
            var stored = await _ports.Spool.AcceptAsync(message);
            permit.Accepted();
            _ports.Metrics.Accepted(brand.Id.Value);
            SubmissionLog.Accepted(_ports.Log, _id.ToString(), brand.Id.Value, _from.Client, chosen.Sender?.ToString() ?? "<>", Recipients.Count, message.Size);
            _ports.Accepted(stored);
            return SmtpReply.Of(250, "2.0.0", $"Queued as {_id}");
        }
        catch (SpoolUnavailableException trouble)
        {
            return NotStored(trouble);
        }
    }

    private SmtpReply NotStored(SpoolUnavailableException trouble)
    {
        SubmissionLog.NotStored(_ports.Log, _from.Client, trouble.Message);
        return SmtpReply.Of(451, "4.3.0", "The message could not be stored, nothing was accepted; try again later");
    }

    /// <summary>The name in a Received line that has to be written before the content is complete: the brand's own, as far as its header tells by then whose it is.</summary>
    private HostName NameSoFar()
    {
        var chosen = choice as BrandChosen ?? BrandSelection.AtContent(_model.Brands, choice, HeaderScan.Read(Content.Head, isWhole: false)) as BrandChosen;
        return chosen is null
            ? HostName.Parse("relay.invalid") // not the listener's name: it may be another brand's
            : _model.Sources.Find(_ports.Placement.Place(chosen.Brand, _id, Recipients[0].Recipient.Domain, null).Key.Source)!.Ehlo;
    }

    private byte[] Received(HostName by)
    {
        var output = new ArrayBufferWriter<byte>(256);
        ReceivedHeader.Write(output, _from.Ehlo, _from.Client, by, _from.Transmission, _id.ToString(), _ports.Time.GetUtcNow(), Recipients.Count == 1 ? Recipients[0].Recipient : null);
        return output.WrittenSpan.ToArray();
    }
}
