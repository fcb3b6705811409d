using System.CommandLine;
using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Cli;

/// <summary>The options that say which waiting mail is meant: the same for what is shown and for what is done to it.</summary>
internal sealed class QueueFilterOptions
{
    private readonly Option<string?> _brand = new("--brand") { HelpName = "ID", Description = "Only this brand's." };
    private readonly Option<string?> _site = new("--site") { HelpName = "SITE", Description = "Only what goes to this receiver, as `lanes` shows it." };
    private readonly Option<string?> _source = new("--source") { HelpName = "ID", Description = "Only what waits for this source." };
    private readonly Option<string?> _domain = new("--domain") { HelpName = "NAME", Description = "Only what goes to this recipient domain." };
    private readonly Option<string?> _state = new("--state") { HelpName = "STATE", Description = $"Only what is {QueueFilterText.States}." };
    private readonly Option<string?> _because = new("--because") { HelpName = "REASON", Description = "Only what waits for this: a check (PT-01), a hold's reason, or why the lane rests, as `queue count --by reason` says it." };
    private readonly Option<string?> _submitter = new("--submitter") { HelpName = "WHO", Description = "Only what this submitter handed in, as `submitters` shows it: a user, or SENDER@CLIENT." };
    private readonly Option<string?> _sender = new("--sender") { HelpName = "ADDRESS", Description = "Only with this envelope sender; \"<>\" for the null sender." };
    private readonly Option<string[]> _message = new("--message") { HelpName = "ID", Description = $"Only this message; may be given up to {SpoolFilter.MostMessages} times.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _olderThan = new("--older-than") { HelpName = "TIME", Description = "Only what was accepted before: \"90m\", \"8h\", \"2d\" ago, or a time such as 2026-01-31T18:00Z." };
    private readonly Option<string?> _after = new("--after") { HelpName = "ID", Description = "Goes on behind this one; the list before says which." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "NUMBER", Description = "At most so many, 1 to 1000. Default 100." };

    /// <param name="limited">The answer has a length.</param>
    /// <param name="paged">The answer comes in parts: <c>--after</c> goes on.</param>
    public void AddTo(Command command, bool limited = true, bool paged = true)
    {
        foreach (Option option in new Option[] { _brand, _site, _source, _domain, _state, _because, _submitter, _sender, _message, _olderThan })
            command.Options.Add(option);
        if (paged)
            command.Options.Add(_after);
        if (limited)
            command.Options.Add(_limit);
        command.Validators.Add(result =>
        {
            if (limited && result.GetValue(_limit) is < 1 or > 1000)
                result.AddError("--limit is a number from 1 to 1000");
            if (!Text(result.GetValue, result.GetValue(_message)).TryRead(TimeProvider.System.GetUtcNow(), out _, out var error))
                result.AddError(error!);
        });
    }

    public QueueFilterText Text(ParseResult parsed) => Text(parsed.GetValue, parsed.GetValue(_message));

    /// <summary>Whether anything narrows what is meant.</summary>
    public bool Narrows(System.CommandLine.Parsing.CommandResult result) => Text(result.GetValue, result.GetValue(_message)) != new QueueFilterText();

    public string Query(ParseResult parsed)
    {
        var text = Text(parsed);
        var pairs = new List<(string Name, string? Value)>
        {
            ("brand", text.Brand), ("site", text.Site), ("source", text.Source), ("domain", text.Domain), ("state", text.State), ("because", text.Because),
            ("submitter", text.Submitter), ("sender", text.Sender), ("olderThan", text.OlderThan), ("after", parsed.GetValue(_after)),
            ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        };
        if (!text.Messages.IsDefault)
            pairs.AddRange(text.Messages.Select(id => ("message", (string?)id)));
        return string.Join('&', pairs.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
    }

    private QueueFilterText Text(Func<Option<string?>, string?> value, string[]? messages) => new(
        value(_brand), value(_site), value(_source), value(_domain), value(_state), value(_because), value(_submitter), value(_sender),
        messages is { Length: > 0 } ? [.. messages] : default(ImmutableArray<string>), value(_olderThan));
}
