using Microsoft.Extensions.Logging;

namespace Namesake.Configuration;

public sealed record LoggingSettings
{
    /// <summary>The least important entries that are written.</summary>
    /// <value>Default information: one line per attempt.</value>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <value>Default text.</value>
    public LogFormat Format { get; init; } = LogFormat.Text;
}

public enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>A JSON object a line, for programs.</summary>
    Json,
}
