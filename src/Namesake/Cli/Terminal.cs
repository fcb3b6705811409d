using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Namesake.Cli;

/// <summary>Where a verb writes: tables for people and JSON for programs to the standard output, complaints to the standard error.</summary>
/// <remarks>No colour and no escape sequence unless a person looks (and NO_COLOR is not set). Text from outside, such as receivers' replies, can't steer the terminal: <see cref="Plain"/>.</remarks>
public sealed class Terminal
{
    /// <summary>Columns when nobody says how many there are.</summary>
    private const int UsualWidth = 100;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _out, _error;

    public Terminal(TextWriter output, TextWriter error, bool forPeople, int? width)
    {
        _error = error;
        // Tables fill their cells with blanks: into a file or a pipe they are noise at the end of every line.
        _out = forPeople ? output : new TrimmedWriter(output);
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = forPeople ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = forPeople ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = forPeople ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(_out),
        });
        Console.Profile.Width = width ?? UsualWidth;
        Console.Profile.Capabilities.Unicode = true;
    }

    /// <summary>For tables and, in the demo, progress.</summary>
    public IAnsiConsole Console { get; }

    public int Width => Console.Profile.Width;

    public static Terminal OfProcess()
    {
        var looking = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var colour = looking && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Terminal(System.Console.Out, System.Console.Error, colour, looking && System.Console.BufferWidth is > 20 and var width ? width : null);
    }

    public void Write(IRenderable renderable) => Console.Write(renderable);

    public void Line(string text = "") => Console.Write(new Text(Plain(text) + "\n"));

    /// <summary>A JSON document as it came, indented.</summary>
    public void Json(JsonElement document) => _out.WriteLine(JsonSerializer.Serialize(document, Indented));

    /// <summary>Exactly these characters: what a program or a pipe wants.</summary>
    public void Raw(string text) => _out.WriteLine(text);

    public void Complain(string text) => _error.WriteLine($"namesake: {Plain(text)}");

    public void Hint(string text) => _error.WriteLine(Plain(text));

    /// <summary>EPIPE, in whatever words the system has for it.</summary>
    public static bool IsBrokenPipe(IOException trouble) => trouble.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase);

    /// <summary>Without control characters: a receiver's reply must not move the cursor, change a title or hide a line.</summary>
    public static string Plain(string text)
    {
        if (!text.Any(IsHidden))
            return text;
        return new string([.. text.Select(c => IsHidden(c) ? '?' : c)]);

        // Bidirectional overrides can show an address as another.
        static bool IsHidden(char c) => (char.IsControl(c) && c is not '\n') || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200B' or '\uFEFF';
    }
}
