using System.Globalization;
using Spectre.Console;

namespace Namesake.Demo;

/// <summary>One line that grows: a bar on a terminal, nothing elsewhere, where only its end is told by the story.</summary>
public sealed class DemoProgress(IAnsiConsole console, string what, int of, bool silent) : IDisposable
{
    private const int Width = 40;

    private readonly bool _draws = !silent && console.Profile.Capabilities.Interactive;
    private int _at;

    public void Step() => At(_at + 1);

    public void At(int done)
    {
        _at = done;
        if (!_draws)
            return;
        var filled = Width * done / of;
        console.Write(new Text(string.Create(CultureInfo.InvariantCulture, $"\r  {what} {new string('█', filled)}{new string('░', Width - filled)} {done}/{of} ")));
    }

    public void Dispose()
    {
        if (_draws)
            console.Write(new Text("\r" + new string(' ', Width + what.Length + 16) + "\r"));
    }
}
