using System.Diagnostics;
using System.Text.Json;

namespace Namesake.Tests.Cli;

/// <summary>Runs the program as a person or a script does: its own process, exit code, what it printed.</summary>
internal sealed record NamesakeProcess(int ExitCode, string Output, string Error)
{
    public static Task<NamesakeProcess> RunAsync(params string[] arguments) => RunAsync(arguments, input: null, directory: null);

    public static Task<NamesakeProcess> RunAsync(string[] arguments, string? input = null, string? directory = null, Dictionary<string, string?>? environment = null) =>
        RunAsync(Program, arguments, input, directory, environment);

    /// <summary>As another user, whom only root can become.</summary>
    public static Task<NamesakeProcess> RunAsAsync(string user, string[] arguments, string directory) =>
        RunAsync("setpriv", ["--reuid", user, "--clear-groups", Program, .. arguments], null, directory, new() { ["HOME"] = "/nonexistent" });

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "namesake");

    private static async Task<NamesakeProcess> RunAsync(string program, string[] arguments, string? input, string? directory, Dictionary<string, string?>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new NamesakeProcess(process.ExitCode, await output, await error);
    }

    public JsonElement Json()
    {
        try
        {
            return JsonDocument.Parse(Output).RootElement;
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"No JSON was printed. Exit code {ExitCode}, output:\n{Output}\nerror:\n{Error}");
        }
    }

    /// <summary>Fails with everything the program said when it ended otherwise.</summary>
    public NamesakeProcess Ended(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"The program ended with {ExitCode}, expected {exitCode}. Output:\n{Output}\nError:\n{Error}");
        return this;
    }

    /// <summary>No line that a terminal of 100 columns would break.</summary>
    public NamesakeProcess Fits()
    {
        Assert.All(Output.Split('\n'), line => Assert.True(line.Length <= 100, $"This line has {line.Length} columns:\n{line}\nin\n{Output}"));
        Assert.DoesNotContain('\u001b', Output);
        return this;
    }
}
