using System.CommandLine;
using System.Text;
using Namesake.Core.Brands;

namespace Namesake.Cli;

/// <summary>namesake password: makes the hash that stands in the configuration.</summary>
internal static class PasswordVerb
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("password", "Reads a password (typed unseen, or one line of the standard input) and prints the passwordHash for a user in the configuration.");
        command.SetAction(parsed =>
        {
            var password = Console.IsInputRedirected ? Console.In.ReadLine() : Typed();
            if (string.IsNullOrEmpty(password))
                throw new CliException(ExitCode.Usage, "no password was given: type one, or pipe it in (printf '%s' … | namesake password)");
            if (Encoding.UTF8.GetByteCount(password) > 1024)
                throw new CliException(ExitCode.Usage, "a password has at most 1024 octets");
            terminal.Raw(PasswordHash.Of(password).ToString());
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Twice, because nobody sees what is typed.</summary>
    private static string Typed()
    {
        var first = Unseen("Password: ");
        return Unseen("Again: ") == first ? first : throw new CliException(ExitCode.Usage, "the two differ");
    }

    private static string Unseen(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
