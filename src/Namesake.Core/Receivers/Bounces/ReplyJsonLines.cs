using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Receivers.Bounces;

/// <summary>One JSON object a line: { "reply": "550 5.7.1 …", "stage": "rcpt", "host": "mx.sink.test" }, or an attempt's event of this relay.</summary>
internal static class ReplyJsonLines
{
    public static ReplyDocument Read(string text)
    {
        var found = ImmutableArray.CreateBuilder<HeardReply>();
        var (unread, place) = (0, 0);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            place++;
            var line = text.AsSpan()[range].Trim();
            if (line.IsEmpty)
                continue;
            if (found.Count >= ReplyDocument.MostReplies)
                break;
            if (Parse(line.ToString(), place) is { } reply)
                found.Add(reply);
            else
                unread++;
        }

        return new ReplyDocument("json", found.ToImmutable(), unread);
    }

    private static HeardReply? Parse(string line, int place)
    {
        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 16 });
            return json.RootElement.ValueKind == JsonValueKind.Object ? Parse(json.RootElement, place) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null; // a string with half a surrogate pair
        }
    }

    private static HeardReply? Parse(JsonElement line, int place)
    {
        var text = line.TryGetProperty("reply", out var given) ? given.ValueKind switch
        {
            JsonValueKind.String => given.GetString()!,
            JsonValueKind.Array => string.Join('\n', given.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString())),
            _ => "",
        } : "";
        // Events of attempts keep code and enhanced code beside the text.
        if (ReplyText.CodeOf(text) is null && line.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number))
            text = string.Create(CultureInfo.InvariantCulture, $"{number} {Text(line, "enhanced")} {text}").Replace("  ", " ", StringComparison.Ordinal);
        if (ReplyText.Read(text.Replace(" / ", "\n", StringComparison.Ordinal)) is not { } reply)
            return DiagnosticText.Find(text, place) is { } quoted ? quoted with { Recipient = Text(line, "recipient") } : null;
        if (reply.Enhanced is null && EnhancedStatusCode.TryParse(Text(line, "enhanced"), out var enhanced))
            reply = reply with { Enhanced = enhanced };
        var phase = Enum.TryParse<SessionPhase>(Text(line, "stage") ?? Text(line, "phase"), ignoreCase: true, out var stage) && Enum.IsDefined(stage) ? stage : (SessionPhase?)null;
        var address = IPAddress.TryParse(Text(line, "address") ?? Text(line, "expectedPublic"), out var read) ? read : null;
        return new HeardReply(place, reply, new ReplyScene(phase, Text(line, "host") ?? Text(line, "mx"), address, Text(line, "ehlo")), Text(line, "recipient"));
    }

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and < 300 } text ? text : null;
}
