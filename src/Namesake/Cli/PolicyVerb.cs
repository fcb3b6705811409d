using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Network.Dns;
using Namesake.Network.Sockets;
using Namesake.PolicyService;
using Namesake.Protocol.Addresses;

namespace Namesake.Cli;

/// <summary>namesake policy: the identity check for a receiving Postfix, over its policy delegation protocol, until SIGTERM or SIGINT. Needs no relay and no configuration.</summary>
internal sealed class PolicyVerb
{
    private readonly Option<string[]> _listen = new("--listen") { HelpName = "ADDRESS", Required = true, Description = $"{ListenAddresses.Form}, as check_policy_service names it; may be given several times." };

    private readonly Option<string> _policy = new("--policy")
    {
        HelpName = "POLICY", DefaultValueFactory = _ => "forward",
        Description = "forward: the PTR name leads back to the address, the receivers' common rule; strict: and EHLO is that name; observe: tells what strict would say, stops nothing. Default forward.",
    };

    private readonly Option<string?> _aligned = Answer("--aligned", "What Postfix is told of clients that agree: dunno or prepend. Default dunno.", PolicyAnswer.Dunno, PolicyAnswer.Prepend);

    private readonly Option<string?> _misaligned = Answer("--misaligned", "Of clients that don't: reject (550), defer (450), warn (in Postfix's log), prepend or dunno. Default reject.",
        PolicyAnswer.Reject, PolicyAnswer.Defer, PolicyAnswer.Warn, PolicyAnswer.Prepend, PolicyAnswer.Dunno);

    private readonly Option<string?> _unknown = Answer("--unknown", "When DNS doesn't tell: defer (450), warn, prepend or dunno. Default defer.",
        PolicyAnswer.Defer, PolicyAnswer.Warn, PolicyAnswer.Prepend, PolicyAnswer.Dunno);

    private readonly Option<string[]> _resolver = new("--resolver") { HelpName = "HOST:PORT", Description = "Asked instead of the system's resolvers; may be given several times. Port 53 if none." };

    private readonly Option<string[]> _allow = new("--allow") { HelpName = "CIDR", Description = "Clients that are not judged, as Postfix's mynetworks; may be given several times." };

    private readonly Option<int> _cacheSize = new("--cache-size") { HelpName = "N", DefaultValueFactory = _ => new PolicyLimits().Remembered, Description = "Clients remembered, 100 to 1,000,000. Default 20,000." };

    private readonly Option<string> _socketMode = new("--socket-mode") { HelpName = "MODE", DefaultValueFactory = _ => "0660", Description = "Permissions of socket files, octal. Default 0660." };

    private readonly Option<string?> _socketOwner = new("--socket-owner") { HelpName = "USER:GROUP", Description = "Owner of socket files: user, user:group or :group. Default this process's." };

    private readonly Option<string> _server = new("--authserv-id")
    {
        HelpName = "NAME", DefaultValueFactory = _ => System.Net.Dns.GetHostName(), Description = "Who says so, in the header field of prepend. Default this machine's name.",
    };

    private PolicyVerb()
    {
        _policy.AcceptOnlyFromAmong([.. Enum.GetNames<IdentityPolicy>().Select(name => name.ToLowerInvariant())]);
        Check(_allow, text => IPRange.TryParse(text, out _, out var error) ? null : $"--allow \"{text}\": {error}");
        Check(_socketMode, text => Mode(text) is null ? $"--socket-mode is octal such as 0660, not \"{text}\"" : null);
        Check(_server, text => text.Length is > 0 and <= 253 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? null : $"--authserv-id is a name such as mx.example.org, not \"{text}\"");
        _cacheSize.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 100 or > 1_000_000)
                result.AddError("--cache-size is 100 to 1,000,000");
        });
    }

    public static Command Create(Terminal terminal)
    {
        var verb = new PolicyVerb();
        var command = new Command("policy", "Answers a receiving Postfix (check_policy_service): whether the client's address, its PTR record and its EHLO name agree. Runs until SIGTERM or SIGINT.")
        {
            verb._listen, verb._policy, verb._aligned, verb._misaligned, verb._unknown, verb._resolver, verb._allow, verb._cacheSize, verb._socketMode, verb._socketOwner, verb._server,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(verb._policy) == "observe" && (Parse(result.GetValue(verb._misaligned)) is PolicyAnswer.Reject or PolicyAnswer.Defer || Parse(result.GetValue(verb._unknown)) is PolicyAnswer.Defer))
                result.AddError("--policy observe stops nothing: choose strict or forward to reject or defer");
        });
        command.SetAction((parsed, stop) => verb.RunAsync(parsed, terminal, stop));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var rules = Rules(parsed);
        var limits = new PolicyLimits { Remembered = parsed.GetRequiredValue(_cacheSize) };
        var resolvers = await Resolvers.ParseAsync(parsed.GetValue(_resolver) ?? [], stop);
        using var logs = Logs.Create(new LoggingSettings());
        var log = logs.CreateLogger("Namesake.Policy");
        using var dns = new Resolver(new ResolverSettings { Resolvers = resolvers }, clock);
        using var reports = new ClientReports(dns, rules.Policy, limits, clock);
        var listeners = new List<StreamListener>();
        try
        {
            foreach (var text in parsed.GetRequiredValue(_listen))
                listeners.AddRange(await ListenAsync(text, parsed, clock, log, stop));
        }
        catch (Exception trouble) when (trouble is IOException or CliException)
        {
            foreach (var listener in listeners)
                await listener.DisposeAsync();
            if (trouble is CliException)
                throw;
            terminal.Complain(trouble.Message);
            return ExitCode.Unknown;
        }

        await using var server = new PolicyServer(listeners, new PolicyJudge(rules, reports), limits, clock, log);
        server.Start();
        PolicyServiceLog.Answering(log, string.Join(", ", listeners.Select(listener => listener.Address)), Word(rules.Policy), Word(rules.Aligned), Word(rules.Misaligned), Word(rules.Unknown));
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
            await stopped.Task;
        await server.StopAsync();
        PolicyServiceLog.Stopped(log);
        return ExitCode.Ok;
    }

    private PolicyRules Rules(ParseResult parsed)
    {
        var policy = Enum.Parse<IdentityPolicy>(parsed.GetRequiredValue(_policy), ignoreCase: true);
        var usual = policy == IdentityPolicy.Observe ? PolicyRules.Observing : new PolicyRules { Policy = policy };
        return usual with
        {
            Aligned = Parse(parsed.GetValue(_aligned)) ?? usual.Aligned,
            Misaligned = Parse(parsed.GetValue(_misaligned)) ?? usual.Misaligned,
            Unknown = Parse(parsed.GetValue(_unknown)) ?? usual.Unknown,
            Allow = [.. (parsed.GetValue(_allow) ?? []).Select(IPRange.Parse)],
            AuthenticationServer = parsed.GetRequiredValue(_server),
        };
    }

    private async Task<ImmutableArray<StreamListener>> ListenAsync(string text, ParseResult parsed, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        var (path, endPoints) = await ListenAddresses.ParseAsync(text, stop);
        if (path is not null)
            return [StreamListener.Unix(new UnixSocketFile(path, Mode(parsed.GetRequiredValue(_socketMode))!.Value, parsed.GetValue(_socketOwner)), clock, log)];
        foreach (var exposed in endPoints.Where(endPoint => !IPAddress.IsLoopback(endPoint.Address)))
            PolicyServiceLog.Exposed(log, exposed.ToString());
        return [.. endPoints.Select(endPoint => StreamListener.Tcp(endPoint, clock, log))];
    }

    private static Option<string?> Answer(string name, string description, params PolicyAnswer[] possible)
    {
        var option = new Option<string?>(name) { HelpName = "ACTION", Description = description };
        option.AcceptOnlyFromAmong([.. possible.Select(Word)]);
        return option;
    }

    private static void Check<T>(Option<T> option, Func<string, string?> fault) => option.Validators.Add(result =>
    {
        foreach (var wrong in result.Tokens.Select(token => fault(token.Value)).OfType<string>())
            result.AddError(wrong);
    });

    private static PolicyAnswer? Parse(string? text) => text is null ? null : Enum.Parse<PolicyAnswer>(text, ignoreCase: true);

    private static UnixFileMode? Mode(string text) =>
        text.Length is 3 or 4 && text.All(c => c is >= '0' and <= '7') && Convert.ToInt32(text, 8) is <= 0x1FF and var mode ? (UnixFileMode)mode : null;

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLower(CultureInfo.InvariantCulture);
}
