using Microsoft.Extensions.Logging;
using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

internal static class LoggingSection
{
    private static readonly LoggingSettings Defaults = new();

    public static readonly Key<LogLevel> Level = Key.Optional("level", Form.Words<LogLevel>(), Defaults.Level, "The least important entries that are written. `information` writes one line per attempt.");
    public static readonly Key<LogFormat> Format = Key.Optional("format", Form.Words<LogFormat>(), Defaults.Format, "`text` for people, `json` for programs.");

    public static readonly Section Section = new("logging", "What is logged to standard output. Messages' content and secrets never are.", [Level, Format]);

    public static LoggingSettings Read(SectionReader reader) => new() { Level = reader.Get(Level), Format = reader.Get(Format) };
}
