using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;

namespace Namesake.Tests.Configuration;

/// <summary>A whole relay on loopback, run from a file that tests write anew. No name server answers it: it accepts mail and keeps it.</summary>
internal sealed class ReloadingRelay : ILoggerProvider, ILogger, IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ILoggerFactory _logs;

    private ReloadingRelay() => _logs = LoggerFactory.Create(builder => builder.AddProvider(this));

    public RelayHost Host { get; private set; } = null!;

    public string File => Path.Combine(_directory.Path, "namesake.yaml");

    /// <summary>What the log said, oldest first.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public static Task<ReloadingRelay> StartAsync(params string[] listeners) => StartAsync(TimeProvider.System, listeners);

    public static async Task<ReloadingRelay> StartAsync(TimeProvider time, params string[] listeners)
    {
        var relay = new ReloadingRelay();
        relay.Write(listeners);
        await relay.OpenAsync(time);
        return relay;
    }

    /// <summary>The next start on the same data.</summary>
    public async Task RestartAsync(TimeProvider time)
    {
        await Host.DisposeAsync();
        await OpenAsync(time);
    }

    private async Task OpenAsync(TimeProvider time)
    {
        Host = new RelayHost(new ConfigurationReader().Read(File).Configuration!, time, _logs);
        await Host.StartAsync(TestContext.Current.CancellationToken);
    }

    public void Write(params string[] listeners) => WriteAs("relay1", "acme.test", listeners);

    public void WriteAs(string node, string domains, params string[] listeners) => _directory.Write("namesake.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
        node: {{node}}
        treatAsPublic: ["127.0.0.0/8"]
        resolvers: ["127.0.0.1:1"]
        api: { address: "127.0.0.1:0" }
        spool: { minimumFreeDisk: 0 }
        listeners:
        {{string.Join('\n', listeners.Select(listener => $"  - {{ address: \"{listener}\", relayFrom: [\"127.0.0.0/8\"] }}"))}}
        brands:
          - { id: acme, senderDomains: [{{domains}}], sources: [acme-v4] }
        sources:
          - { id: acme-v4, localAddress: 127.0.10.5, publicAddress: 127.0.10.5, ehlo: mail.acme.test }
        """));

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _logs.Dispose();
        _directory.Dispose();
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
}
