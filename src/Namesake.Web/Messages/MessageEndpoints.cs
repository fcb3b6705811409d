using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Web.Problems;
using Namesake.Web.Queue;
using Namesake.Web.Sources;

namespace Namesake.Web.Messages;

/// <summary>/api/v1/messages: one message's story. Content is never shown.</summary>
internal sealed class MessageEndpoints(RunningRelay relay)
{
    /// <summary>Messages looked at for one answer.</summary>
    private const int MostLooked = 20_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/messages", (Delegate)ListAsync);
        routes.MapGet("/messages/{id}", OneAsync);
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, Requests.Narrowed, "after", "limit")
            || !Requests.TryFilter(http.Request, relay.Time.GetUtcNow(), out var filter, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem)
            || !Requests.TryText(http.Request, "after", out var text, out problem))
            return Answers.Of(problem);
        var after = new MessageId(0);
        if (text is not null && !TryId(text, out after))
            return Answers.Of(Problem.BadId(text));
        var messages = ImmutableArray.CreateBuilder<MessageView>();
        MessageId? next = after;
        // What only the running relay knows of a queue is asked message by message, of so many for one answer.
        for (var looked = 0; next is { } from && messages.Count < limit && looked < MostLooked; looked += limit)
        {
            var most = limit - messages.Count;
            var page = await relay.Spool.MessagesAsync(StoredPartOf(filter), from, most, http.RequestAborted);
            messages.AddRange(page.Where(message => IsMeant(filter, message)).Select(Shown));
            next = page.Length < most ? null : page[^1].Id;
        }

        return Answers.Json(new Page<MessageView>(messages.ToImmutable(), next?.ToString()), ApiJson.Default.PageMessageView);
    }

    private static SpoolFilter StoredPartOf(QueueFilter filter) => filter.State switch
    {
        QueueState.Due => filter.Spool with { State = RecipientState.Due },
        QueueState.Later => filter.Spool with { State = RecipientState.Later },
        QueueState.Sending => filter.Spool with { State = RecipientState.Sending },
        _ => filter.Spool,
    };

    // By its first recipient that waits, as it is shown.
    private bool IsMeant(QueueFilter filter, MessageSummary message)
    {
        if (filter is { Site: null, State: null or QueueState.Due or QueueState.Later or QueueState.Sending, Because: null })
            return true;
        var key = new QueueKey(message.Brand, message.Source, message.Domain, message.Via);
        var queue = new QueueSummary(new QueueId(0), key, message.Waiting, message.Due, message.Hold is null ? 0 : message.Waiting);
        return filter.Within(queue, relay.Dispatcher.StandingOf(key)) is { } within
            && (within.State != RecipientState.Held || message.Hold is not null)
            && (within.HoldReason is null || string.Equals(within.HoldReason, message.Hold?.Reason, StringComparison.OrdinalIgnoreCase));
    }

    private async Task<IResult> OneAsync(HttpContext http, string id)
    {
        if (!TryId(id, out var message))
            return Answers.Of(Problem.BadId(id));
        if (await relay.Spool.MessageAsync(message, http.RequestAborted) is not { } found)
            return Answers.Of(Problem.UnknownMessage(id));
        var details = new MessageDetailsView(
            found.Id.ToString(),
            found.Summary is { } summary ? Shown(summary) : null,
            [.. found.Recipients.Select(recipient => Shown(recipient, found.Summary?.Brand))],
            [.. found.Events.Select(Parsed)]);
        return Answers.Json(details, ApiJson.Default.MessageDetailsView);
    }

    private MessageView Shown(MessageSummary summary) => MessageView.Of(summary, HoldOf(new QueueKey(summary.Brand, summary.Source, summary.Domain, summary.Via)));

    private RecipientView Shown(RecipientDetails recipient, BrandId? brand) => new(
        recipient.Address, recipient.Source.Value, recipient.State, recipient.Attempts, recipient.Due, recipient.Expires, recipient.LastReply,
        brand is { } owner && Mailbox.TryParse(recipient.Address, allowUtf8: true, out var mailbox, out _) ? HoldOf(new QueueKey(owner, recipient.Source, mailbox.Domain, recipient.Via)) : null,
        KeptView.Of(recipient.Hold));

    private HoldView? HoldOf(QueueKey key) =>
        relay.Dispatcher.StandingOf(key).Hold is { } hold ? HoldView.Of(hold) : null;

    /// <summary>Only the form we write: "+1f", " 1f" and "1F" are other texts than the id in the log.</summary>
    private static bool TryId(string text, out MessageId id) =>
        MessageId.TryParse(text, out id) && text.Length <= 16 && text.All(char.IsAsciiHexDigitLower);

    private static JsonElement Parsed(string stored)
    {
        using var document = JsonDocument.Parse(stored);
        return document.RootElement.Clone();
    }
}
