using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Dkim;
using Namesake.Protocol.Headers;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Content;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>One message between MAIL and its 250: envelope, brand, content. Ends stored, or leaves nothing behind.</summary>
internal sealed class IncomingMessage(MailCommand mail, BrandChoice choice, Handover handover, Permit permit) : IAsyncDisposable
{
    private SubmissionPorts _ports = null!;
    private ReceivedFrom _from = null!;
    private MessageId _id;
    private ContentSignature? _signature;

    public Permit Permit => permit;

    public List<RcptCommand> Recipients { get; } = [];

    public ContentBuffer Content { get; private set; } = null!;

    /// <summary>Whose it is, as far as the envelope tells; null: the content decides. Also null where nobody could be told that a recipient is suppressed.</summary>
    public BrandId? ListOf => mail.ReversePath is null ? null : (choice as BrandChosen)?.Brand.Id;

    public bool HasBegun => Content is not null;

    /// <summary>Judges the chunks of this message together; null until the first.</summary>
    public ChunkReader? Chunks { get; set; }

    public bool NeedsEightBit { get; set; }

    public long MaximumBytes => Math.Min(handover.Model.MaximumMessageBytes, permit.LargestMessage);

    public IncomingMessage Begin(SubmissionPorts ports, ReceivedFrom from)
    {
        (_ports, _from) = (ports, from);
        _id = ports.Spool.NextId();
        Content = new ContentBuffer(ports.Budget, () => ports.Spool.CreateContentFile(_id)) { OpenFile = OpenFile };
        return this;
    }

    /// <summary>The last decisions, then the spool. What comes back is what the client is told: 250 only after the commit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SmtpReply> StoreAsync()
    {
        if (Content.Trouble is { } full)
            return NotStored(full);
        var facts = HeaderScan.Read(Content.Head, isWhole: !Content.IsFile);
        if (facts.ReceivedCount > _ports.Limits.ReceivedHeaders)
            return SmtpReply.Of(554, "5.4.6", $"Message has passed {facts.ReceivedCount} servers: it loops (RFC 5321 6.3)");
        switch (BrandSelection.AtContent(handover.Model.Brands, choice, facts))
        {
            // Whose it is may have shown only now; then its limits are asked only now.
            case BrandChosen chosen when choice is not BrandChosen && _ports.Quotas.Enter(permit, handover, chosen.Brand, Content.Length) is { } refusal:
                return refusal;
            case BrandChosen chosen:
                return await StoreAsync(chosen, chosen.SignersOf(facts));
            case BrandRejected rejected:
                return SmtpReply.Of(550, "5.7.1", rejected.Reason);
            default:
                throw new InvalidOperationException("A brand was still undecided after the content.");
        }
    }

    public ValueTask DisposeAsync()
    {
        permit.Dispose();
        _signature?.Dispose();
        return Content?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply> StoreAsync(BrandChosen chosen, ImmutableArray<DkimSigner> signers)
    {
        var brand = chosen.Brand;
        var submitter = SubmitterName.Of(handover.User?.Name, handover.Client, brand, handover.Sender);
        // It may have been frozen since MAIL, or by what it handed in on another connection.
        if (_ports.Submitters.RefusalOf(submitter) is { } frozen)
            return frozen;
        var consignments = Consignments(brand);
        var name = handover.Model.Sources.Find(consignments[0].Key.Source)!.Ehlo;
        var recipients = ImmutableArray.CreateBuilder<EnvelopeRecipient>(Recipients.Count);
        foreach (var recipient in Recipients)
            recipients.Add(new EnvelopeRecipient(recipient.Recipient, recipient.Notify, recipient.OriginalRecipient));
        var envelope = new Envelope(brand.Id, chosen.Sender, recipients.MoveToImmutable(),
            NeedsEightBit || mail.Body != BodyType.SevenBit, mail.SmtpUtf8, mail.Return, mail.EnvelopeId);
        try
        {
            if (Content.IsFile)
                await Content.EndFileAsync();
            else if (!signers.IsEmpty)
                (_signature = new ContentSignature(signers, _ports.Time.GetUtcNow())).Append(Content.Head);
            if (_signature is null && !signers.IsEmpty)
                throw new InvalidOperationException($"Message {_id} went to a file without room for its signatures.");
            var signature = _signature?.Finish() ?? default;
            if (_signature?.Refusal is { } refusal)
                return NotSigned(refusal);
            await using var file = Content.IsFile ? await Content.TakeFileAsync(signature) : null;
            // Written out: "? byte[] : null" would be an empty array, not none.
            var bytes = file is null ? Content.ToArray(signature.Span, Received(name).WrittenSpan) : (ReadOnlyMemory<byte>?)null;
            var message = new NewMessage(_id, envelope, consignments, _ports.Time.GetUtcNow() + brand.Expiry, _from.Client.ToString(), bytes, file) { Submitter = submitter };
            // Not given up for a relay that stops: the message is being committed, and the client must hear which way it went.
            var stored = await _ports.Spool.AcceptAsync(message);
            permit.Accepted();
            _ports.Submitters.Accepted(submitter, brand.Id, Recipients.Count); // before anybody tries to send it: it may be the one too many
            _ports.Metrics.Accepted(brand.Id.Value);
            if (_ports.Log.IsEnabled(LogLevel.Information))
                SubmissionLog.Accepted(_ports.Log, _id.ToString(), brand.Id.Value, _from.Client, chosen.Sender?.ToString() ?? "<>", Recipients.Count, message.Size);
            _ports.Accepted(stored);
            return SmtpReply.Of(250, "2.0.0", $"Queued as {_id}");
        }
        catch (SpoolUnavailableException trouble)
        {
            return NotStored(trouble);
        }
    }

    /// <summary>What goes to one domain travels together.</summary>
    private ImmutableArray<NewConsignment> Consignments(Brand brand)
    {
        if (Recipients is [var only])
            return [Consignment(only.Recipient.Domain, [0])];
        return [.. Recipients.Select((recipient, ordinal) => (recipient.Recipient.Domain, ordinal)).GroupBy(pair => pair.Domain, pair => pair.ordinal).Select(group => Consignment(group.Key, [.. group]))];

        NewConsignment Consignment(DomainName domain, ImmutableArray<int> ordinals)
        {
            var place = _ports.Placement.Place(brand, _id, domain, null);
            return new NewConsignment(place.Key, ordinals, place.Claimed, place.Due);
        }
    }

    private SmtpReply NotStored(SpoolUnavailableException trouble)
    {
        SubmissionLog.NotStored(_ports.Log, _from.Client, trouble.Message);
        return SmtpReply.Of(451, "4.3.0", "The message could not be stored, nothing was accepted; try again later");
    }

    private SmtpReply NotSigned(SmtpReply refusal)
    {
        if (_signature!.Trouble is { } trouble)
            SubmissionLog.NotSigned(_ports.Log, _from.Client, trouble.Message);
        return refusal;
    }

    /// <summary>What stands in front of content that goes to a file before it is complete: room for its signatures, and our trace line.</summary>
    private (byte[] Prefix, ContentSignature? Reader) OpenFile()
    {
        // The end decides by the same header: where it isn't complete yet, From is not certain, and nobody signs.
        var facts = HeaderScan.Read(Content.Head, isWhole: false);
        var chosen = BrandSelection.AtContent(handover.Model.Brands, choice, facts) as BrandChosen;
        var room = 0;
        if (chosen?.SignersOf(facts) is { IsEmpty: false } signers)
        {
            _signature = new ContentSignature(signers, _ports.Time.GetUtcNow());
            _signature.Append(Content.Head);
            room = _signature.Measure();
        }
        return ([.. new byte[room], .. Received(NameSoFar()).WrittenSpan], _signature);
    }

    /// <summary>The name in a Received line that has to be written before the content is complete: the brand's own, as far as its header tells by then whose it is.</summary>
    private HostName NameSoFar()
    {
        var chosen = choice as BrandChosen ?? BrandSelection.AtContent(handover.Model.Brands, choice, HeaderScan.Read(Content.Head, isWhole: false)) as BrandChosen;
        return chosen is null
            ? HostName.Parse("relay.invalid") // not the listener's name: it may be another brand's
            : handover.Model.Sources.Find(_ports.Placement.Place(chosen.Brand, _id, Recipients[0].Recipient.Domain, null).Key.Source)!.Ehlo;
    }

    private ArrayBufferWriter<byte> Received(HostName by)
    {
        var output = new ArrayBufferWriter<byte>(320);
        ReceivedHeader.Write(output, _from.Ehlo, _from.Client, by, _from.Transmission, _id.ToString(), _ports.Time.GetUtcNow(), Recipients.Count == 1 ? Recipients[0].Recipient : null);
        return output;
    }
}
