using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;
using Namesake.Network.Dns;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Reflecting;

namespace Namesake.Cli;

/// <summary>namesake reflect: a responder outside the translation that tells a relay which address it comes from. Needs no relay and no configuration.</summary>
internal static class ReflectVerb
{
    private const int UsualPort = 25;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    public static Command Create(Terminal terminal)
    {
        var listen = new Option<string[]>("--listen") { HelpName = "ADDRESS:PORT", Description = "Where to listen; may be given several times. Port 25 if none. Default: port 25 of every address, IPv4 and IPv6." };
        var name = new Option<string>("--name") { HelpName = "NAME", Description = "What the reflector calls itself: a name that leads to its address. Default: this machine's full name." };
        var resolver = new Option<string[]>("--resolver") { HelpName = "HOST:PORT", Description = "Asked instead of the system's resolvers; may be given several times. Port 53 if none." };
        var defaults = new ReflectorLimits();
        var connections = new Option<int?>("--connections") { HelpName = "N", Description = $"Connections at the same time. Default {defaults.Connections}." };
        var rate = new Option<int?>("--rate") { HelpName = "N", Description = $"Sessions a minute from one IPv4 /24 or IPv6 /64. Default {defaults.SessionsPerNetwork}." };
        var command = new Command("reflect", "Tells whoever says EHLO which address it comes from and whether that agrees with its name. Takes no mail; may be left open to the Internet. To run outside the translation of a relay, as its witness.")
        {
            listen, name, resolver, connections, rate,
        };
        command.Validators.Add(result =>
        {
            foreach (var text in result.GetValue(listen) ?? [])
                if (ParseEndPoint(text) is null)
                    result.AddError($"--listen is ADDRESS:PORT such as 0.0.0.0:25 or [::]:25, not \"{text}\"");
            if (result.GetValue(name) is { } given && !HostName.TryParse(given, out _, out var fault))
                result.AddError($"--name \"{given}\": {fault}");
            if (result.GetValue(connections) is < 1 or > 100_000)
                result.AddError("--connections is 1 to 100000");
            if (result.GetValue(rate) is < 1 or > 1_000_000)
                result.AddError("--rate is 1 to 1000000");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var wanted = parsed.GetValue(listen) is { Length: > 0 } texts
                ? [.. texts.Select(text => ParseEndPoint(text)!)]
                : Everywhere();
            var perMinute = parsed.GetValue(rate) ?? defaults.SessionsPerNetwork;
            var limits = defaults with { Connections = parsed.GetValue(connections) ?? defaults.Connections, SessionsPerNetwork = perMinute, LooksPerNetwork = perMinute };
            var resolvers = await Resolvers.ParseAsync(parsed.GetValue(resolver) ?? [], cancellation);
            return await RunAsync(terminal, wanted, NameOf(parsed.GetValue(name)), resolvers, limits, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, IPEndPoint[] wanted, HostName name, IEnumerable<IPEndPoint> resolvers, ReflectorLimits limits, CancellationToken stop)
    {
        var time = TimeProvider.System;
        using var logs = Logs.Create(new LoggingSettings());
        using var dns = new Resolver(new ResolverSettings { Resolvers = [.. resolvers] }, time);
        var listener = new Listener(new SocketPipes(new SocketSettings(), time), time, logs.CreateLogger<Listener>());
        await using var server = new ReflectorServer(listener, dns, name, ReflectorCertificate.Make(name, time), limits, time, logs.CreateLogger("Namesake.Reflecting"));
        try
        {
            await server.StartAsync(wanted, stop);
        }
        catch (IOException trouble)
        {
            terminal.Complain($"the reflector can't start: {trouble.Message}");
            return ExitCode.Unknown;
        }
        var stopped = new TaskCompletionSource();
        await using (stop.Register(stopped.SetResult))
            await stopped.Task;
        await server.StopAsync(Farewell);
        return ExitCode.Ok;
    }

    private static IPEndPoint[] Everywhere() => Socket.OSSupportsIPv6
        ? [new IPEndPoint(IPAddress.Any, UsualPort), new IPEndPoint(IPAddress.IPv6Any, UsualPort)]
        : [new IPEndPoint(IPAddress.Any, UsualPort)];

    private static HostName NameOf(string? given)
    {
        if (given is not null)
            return HostName.Parse(given);
        try
        {
            var machine = System.Net.Dns.GetHostEntry(System.Net.Dns.GetHostName()).HostName;
            if (HostName.TryParse(machine, out var name, out _))
                return name;
        }
        catch (SocketException)
        {
            // This machine has no name that anybody could look up.
        }
        throw new CliException(ExitCode.Usage, "this machine has no fully qualified name; say --name NAME");
    }

    private static IPEndPoint? ParseEndPoint(string text)
    {
        // An address without port first: the colons of "2001:db8::25" are no port.
        if (IPAddress.TryParse(text.Trim('[', ']'), out var bare) && (text.Contains(':', StringComparison.Ordinal) || bare.ToString() == text))
            return new IPEndPoint(bare, UsualPort);
        return text.LastIndexOf(':') > 0 && IPEndPoint.TryParse(text, out var endPoint) ? endPoint : null;
    }
}
