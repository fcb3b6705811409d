using Microsoft.Extensions.Logging;
using Namesake.Configuration;

namespace Namesake;

/// <summary>The process's log: lines for people or JSON for programs, to standard output, where service managers expect it.</summary>
internal static class Logs
{
    public static ILoggerFactory Create(LoggingSettings settings) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(settings.Level);
        // The framework tells of itself only what an operator must act on.
        builder.AddFilter("Microsoft", LogLevel.Warning);
        if (settings.Format == LogFormat.Json)
            builder.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "O";
            });
        else
            builder.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            });
    });
}
