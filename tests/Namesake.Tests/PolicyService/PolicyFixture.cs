using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Namesake.Core.Tests.Identity;
using Namesake.Network.Sockets;
using Namesake.PolicyService;
using Namesake.Tests.Configuration;

namespace Namesake.Tests.PolicyService;

/// <summary>The service over a real socket with a DNS the test writes.</summary>
internal sealed class PolicyFixture : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ClientReports _reports;

    public PolicyFixture(PolicyRules? rules = null, PolicyLimits? limits = null, bool overTcp = false, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        rules ??= new PolicyRules { AuthenticationServer = "mx.receiver.example" };
        Dns = new ScriptedDns(clock);
        _reports = new ClientReports(Dns, rules.Policy, limits ?? new PolicyLimits(), clock);
        SocketPath = Path.Combine(_directory.Path, "policy");
        var listener = overTcp
            ? StreamListener.Tcp(new IPEndPoint(IPAddress.Loopback, 0), clock, Log)
            : StreamListener.Unix(new UnixSocketFile(SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite, null), clock, Log);
        EndPoint = overTcp ? IPEndPoint.Parse(listener.Address["inet:".Length..]) : new UnixDomainSocketEndPoint(SocketPath);
        Server = new PolicyServer([listener], new PolicyJudge(rules, _reports), limits ?? new PolicyLimits(), clock, Log);
        Server.Start();
    }

    public ScriptedDns Dns { get; }

    public PolicyServer Server { get; }

    public string SocketPath { get; }

    public EndPoint EndPoint { get; }

    public LogLines Log { get; } = new();

    public async Task<PolicyClient> ConnectAsync()
    {
        var socket = EndPoint is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(EndPoint, TestContext.Current.CancellationToken);
        return new PolicyClient(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>One request on a connection of its own.</summary>
    public async Task<string> AskAsync(string address, string ehlo, string more = "", string state = "RCPT")
    {
        await using var client = await ConnectAsync();
        return await client.AskAsync(PolicyClient.Request(address, ehlo, more, state));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _reports.Dispose();
        _directory.Dispose();
    }
}

/// <summary>What Postfix does, and what it would never do.</summary>
internal sealed class PolicyClient(NetworkStream stream) : IAsyncDisposable
{
    private readonly StreamReader _reader = new(stream, Encoding.Latin1, leaveOpen: true);

    public static string Request(string address, string ehlo, string more = "", string state = "RCPT") =>
        $"request=smtpd_access_policy\nprotocol_state={state}\nclient_address={address}\nclient_name=unknown\nreverse_client_name=unknown\nhelo_name={ehlo}\n{more}\n";

    public async Task<string> AskAsync(string request)
    {
        await SendAsync(request);
        return await AnswerAsync() ?? throw new IOException("The service closed the connection.");
    }

    public async Task SendAsync(string octets) => await stream.WriteAsync(Encoding.Latin1.GetBytes(octets), TestContext.Current.CancellationToken);

    /// <summary>The action without its name; null at the end of the connection.</summary>
    public async Task<string?> AnswerAsync()
    {
        try
        {
            if (await _reader.ReadLineAsync(TestContext.Current.CancellationToken) is not { } line)
                return null;
            Assert.StartsWith("action=", line, StringComparison.Ordinal);
            Assert.Equal("", await _reader.ReadLineAsync(TestContext.Current.CancellationToken));
            return line["action=".Length..];
        }
        catch (IOException)
        {
            return null; // reset: it was closed with octets of ours unread
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await stream.DisposeAsync();
    }
}

/// <summary>What the operator reads.</summary>
internal sealed class LogLines : ILogger
{
    private readonly List<(LogLevel Level, string Line)> _lines = [];

    public IReadOnlyList<string> At(LogLevel level)
    {
        lock (_lines)
            return [.. _lines.Where(line => line.Level == level).Select(line => line.Line)];
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add((logLevel, formatter(state, exception)));
    }
}
