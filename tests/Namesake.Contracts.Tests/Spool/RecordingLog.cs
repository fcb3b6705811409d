using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>What was told, by event id.</summary>
public sealed class RecordingLog : ILogger
{
    public ConcurrentQueue<(int Event, string Text)> Told { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Told.Enqueue((eventId.Id, formatter(state, exception)));
}
