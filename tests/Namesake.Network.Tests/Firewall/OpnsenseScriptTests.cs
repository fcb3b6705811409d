using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Namesake.Core.Firewall.Rendering;

namespace Namesake.Network.Tests.Firewall;

/// <summary>The script for OPNsense in a real shell. In the place of curl stands a program that answers as its API does and writes down what it was asked.</summary>
public sealed class OpnsenseScriptTests : IDisposable
{
    private const string Curl = """
        #!/bin/sh
        case "$*" in *s3cret*) exit 9 ;; esac
        grep -q 'user = "key:s3cret"' || exit 8
        for word; do last=$word; done
        echo "${last##*/source_nat/}" >> asked
        case $last in
            */addRule) number=$(grep -c addRule asked); [ "$number" -le "$TAKES" ] && echo "{\"result\":\"saved\",\"uuid\":\"beef-$number\"}" || echo '{"result":"failed","validations":{"rule.target":"no address"}}' ;;
            */apply) echo '{"status":"OK\n\n"}' ;;
            *) echo '{"result":"deleted"}' ;;
        esac

        """;

    private static readonly RenderedText Text = Platforms.Find("opnsense")!.Render(new([new(IPAddress.Parse("10.0.0.11"), IPAddress.Parse("203.0.113.5")), new(IPAddress.Parse("10.0.0.12"), IPAddress.Parse("203.0.113.6"))]));

    private static readonly ImmutableArray<string> Made = ["addRule", "addRule", "apply"], Gone = ["delRule/beef-1", "delRule/beef-2", "apply"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("namesake-opnsense");

    private string Uuids => Path.Combine(_folder.FullName, "namesake-opnsense.uuids");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_confirmed_stays_and_undo_takes_it_away()
    {
        Assert.Equal(0, await RunAsync(Text.Apply, answer: "\n"));
        Assert.Equal(Made, Asked());
        Assert.Equal(["beef-1", "beef-2"], await File.ReadAllLinesAsync(Uuids, Token));
        Assert.Equal(0, await RunAsync(Text.Undo, answer: ""));
        Assert.Equal([.. Made, .. Gone], Asked());
        Assert.False(File.Exists(Uuids));
    }

    [Fact]
    public async Task What_nobody_confirms_is_taken_back()
    {
        Assert.Equal(1, await RunAsync(Text.Apply, answer: ""));
        Assert.Equal([.. Made, .. Gone], Asked());
        Assert.False(File.Exists(Uuids));
    }

    [Fact]
    public async Task A_script_that_is_ended_while_it_waits_takes_everything_back()
    {
        Assert.Equal(1, await RunAsync(Text.Apply, answer: null));
        Assert.Equal([.. Made, .. Gone], Asked());
    }

    [Fact]
    public async Task A_refused_rule_takes_back_those_before_it()
    {
        Assert.Equal(1, await RunAsync(Text.Apply, answer: "", takes: 1));
        Assert.Equal(["addRule", "addRule", "delRule/beef-1", "apply"], Asked());
    }

    [Fact]
    public async Task Rules_of_an_earlier_run_are_not_forgotten()
    {
        await File.WriteAllTextAsync(Uuids, "beef-0\n", Token);
        Assert.Equal(1, await RunAsync(Text.Apply, answer: ""));
        Assert.Equal("beef-0\n", await File.ReadAllTextAsync(Uuids, Token));
        Assert.Empty(Asked());
    }

    private string[] Asked() => Path.Combine(_folder.FullName, "asked") is var file && File.Exists(file) ? File.ReadAllLines(file) : [];

    /// <param name="answer">What is typed; null: nothing, and the script is ended once it has asked.</param>
    private async Task<int> RunAsync(string script, string? answer, int takes = 9)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "there is no shell here");
        var (curl, file) = (Path.Combine(_folder.FullName, "curl"), Path.Combine(_folder.FullName, "script"));
        await File.WriteAllTextAsync(curl, Curl.ReplaceLineEndings("\n"), Token);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(curl, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(file, script, Token);
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", [file])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}", ["HOST"] = "firewall.example", ["KEY"] = "key", ["SECRET"] = "s3cret", ["TAKES"] = $"{takes}" },
        })!;
        var said = process.StandardError.ReadToEndAsync(Token);
        if (answer is null)
        {
            // The question has no end of line: its last word says that the shell is at it.
            var printed = "";
            while (!printed.EndsWith("back. ", StringComparison.Ordinal))
            {
                var letters = new char[200];
                var count = await process.StandardOutput.ReadAsync(letters, Token);
                Assert.NotEqual(0, count);
                printed += new string(letters, 0, count);
            }

            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync(Token);
        }
        else
        {
            await process.StandardInput.WriteAsync(answer.AsMemory(), Token);
            process.StandardInput.Close();
        }

        await process.WaitForExitAsync(Token);
        Assert.DoesNotContain("not found", await said, StringComparison.Ordinal);
        return process.ExitCode;
    }
}
