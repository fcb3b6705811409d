using System.CommandLine;
using System.Globalization;

namespace Namesake.Cli;

/// <summary>The options that narrow what of the spool is shown.</summary>
internal sealed class SpoolFilterOptions
{
    private readonly Option<string?> _brand = new("--brand") { HelpName = "ID", Description = "Only this brand's." };
    private readonly Option<string?> _source = new("--source") { HelpName = "ID", Description = "Only what waits for this source." };
    private readonly Option<string?> _domain = new("--domain") { HelpName = "NAME", Description = "Only what goes to this recipient domain." };
    private readonly Option<string?> _after = new("--after") { HelpName = "ID", Description = "Goes on behind this one; the list before says which." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "NUMBER", Description = "At most so many, 1 to 1000. Default 100." };

    /// <param name="paged">The answer comes in parts: <c>--after</c> goes on.</param>
    public void AddTo(Command command, bool paged = true)
    {
        foreach (Option option in new Option[] { _brand, _source, _domain, _after, _limit })
            if (paged || option != _after)
                command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_limit) is < 1 or > 1000)
                result.AddError("--limit is a number from 1 to 1000");
        });
    }

    public string Query(ParseResult parsed)
    {
        var pairs = new[]
        {
            ("brand", parsed.GetValue(_brand)), ("source", parsed.GetValue(_source)), ("domain", parsed.GetValue(_domain)), ("after", parsed.GetValue(_after)),
            ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        };
        return string.Join('&', pairs.Where(pair => pair.Item2 is not null).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));
    }
}
