using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;
using Namesake.Web.Problems;
using Namesake.Web.Sources;

namespace Namesake.Web.Messages;

/// <summary>/api/v1/messages: one message's story. Content is never shown.</summary>
internal sealed class MessageEndpoints(RunningRelay relay)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/messages", (Delegate)ListAsync);
        routes.MapGet("/messages/{id}", OneAsync);
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        if (!Requests.Knows(http.Request, out var problem, "brand", "source", "domain", "after", "limit")
            || !Requests.TryFilter(http.Request, out var filter, out problem) || !Requests.TryLimit(http.Request, out var limit, out problem)
            || !Requests.TryText(http.Request, "after", out var text, out problem))
            return Answers.Of(problem);
        var after = new MessageId(0);
        if (text is not null && !TryId(text, out after))
            return Answers.Of(Problem.BadId(text));
        var page = await relay.Spool.MessagesAsync(filter, after, limit, http.RequestAborted);
        ImmutableArray<MessageView> messages = [.. page.Select(Shown)];
        return Answers.Json(Requests.Page(messages, limit, message => message.Id), ApiJson.Default.PageMessageView);
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
        brand is { } owner && Mailbox.TryParse(recipient.Address, allowUtf8: true, out var mailbox, out _) ? HoldOf(new QueueKey(owner, recipient.Source, mailbox.Domain, recipient.Via)) : null);

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
