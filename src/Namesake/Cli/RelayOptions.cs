using System.CommandLine;

namespace Namesake.Cli;

/// <summary>The options of every verb that speaks to a running relay.</summary>
internal static class RelayOptions
{
    public const string DefaultFile = "./namesake.yaml";

    public static readonly Option<string?> Config = new("--config")
    {
        HelpName = "FILE", Description = $"The relay's configuration: says where its API listens and where its token is. Default {DefaultFile}.",
    };

    public static readonly Option<string?> Api = new("--api") { HelpName = "URL", Description = "The relay's API, instead of what the configuration says; needs --token-file." };

    public static readonly Option<string?> TokenFile = new("--token-file") { HelpName = "FILE", Description = "The file with the API's token: api.token in the relay's data directory." };

    public static readonly Option<bool> Json = new("--json") { Description = "JSON for programs, as the API gives it." };

    /// <summary>A verb that asks the running relay.</summary>
    public static Command Asking(this Command command, Terminal terminal, Func<ParseResult, RelayClient, CancellationToken, Task<int>> ask)
    {
        foreach (Option option in new Option[] { Config, Api, TokenFile, Json })
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = RelayClient.For(parsed.GetValue(Config), parsed.GetValue(Api), parsed.GetValue(TokenFile), terminal);
            return await ask(parsed, client, cancellation);
        });
        return command;
    }
}
