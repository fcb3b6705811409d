using System.Collections.Immutable;

namespace Namesake.Transcripts.Tests.Scripts;

/// <summary>A transcript file: a conversation and what has to be true around it. README.md says how one is written.</summary>
internal sealed record Script(string Name, ImmutableArray<ScriptLine> Lines)
{
    public static IEnumerable<string> NamesIn(string folder) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.smtp").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    public static Script Read(string folder, string name)
    {
        var lines = ImmutableArray.CreateBuilder<ScriptLine>();
        var number = 0;
        foreach (var text in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, folder, name + ".smtp")))
        {
            number++;
            if (text.Length == 0 || text[0] == '#')
                continue;
            lines.Add(Parse(text, number));
        }

        return new Script(name, lines.ToImmutable());
    }

    private static ScriptLine Parse(string text, int number)
    {
        if (text[0] == '@')
        {
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            return space < 0 ? new ScriptLine(text, "", number) : new ScriptLine(text[..space], text[(space + 1)..], number);
        }

        if (text.Length < 2 || text[1] != ':' || !"CSRW".Contains(text[0], StringComparison.Ordinal))
            throw new FormatException($"line {number}: neither a comment, a directive, nor a line of the conversation: {text}");
        return new ScriptLine(text[..1], text.Length > 3 ? text[3..] : "", number);
    }
}
