using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Namesake.Network.Dns.Providers;

/// <summary>Runs a program with one request on its standard input, and takes its answer; bounded in time and size.</summary>
internal sealed class ProgramExchange(ProgramSettings settings, TimeProvider time)
{
    public const int MostOctets = 1024 * 1024;

    private const int MostComplaint = 1000;

    public async Task<ProgramAnswer> AskAsync(string request, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(settings.Command[0], settings.Command.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(false),
            },
        };
        try
        {
            process.Start();
        }
        catch (Exception trouble) when (trouble is Win32Exception or InvalidOperationException or IOException)
        {
            return new ProgramAnswer([], false, $"{settings.Command[0]} can't be started: {trouble.Message}");
        }

        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var complaint = ReadAsync(process.StandardError.BaseStream, MostComplaint, keepLast: true, either.Token);
        try
        {
            var answer = ReadAsync(process.StandardOutput.BaseStream, MostOctets, keepLast: false, either.Token);
            await WriteAsync(process, request, either.Token);
            var octets = await answer;
            if (octets is null)
                return new ProgramAnswer([], true, $"{settings.Command[0]} answers with more than {MostOctets >> 10} KiB");
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode == 0)
                return new ProgramAnswer(octets, true, "");
            var said = Quoted(await complaint);
            return new ProgramAnswer([], true, string.Create(CultureInfo.InvariantCulture, $"{settings.Command[0]} ended with {process.ExitCode}{said}"));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProgramAnswer([], true, $"{settings.Command[0]} did not answer within {settings.Timeout.TotalSeconds:0.#} s{(complaint.IsCompletedSuccessfully ? Quoted(await complaint) : "")}");
        }
        catch (IOException broken)
        {
            return new ProgramAnswer([], true, $"{settings.Command[0]} could not be spoken with: {broken.Message}");
        }
        finally
        {
            End(process);
            await complaint.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>With all it has started: what it left running must not write after we have gone on.</summary>
    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }

    private static async Task WriteAsync(Process process, string request, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(request.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It may answer without reading: what it says, or its exit code, tells.
        }
    }

    /// <returns>Null: there was more, and the last is not what is wanted.</returns>
    private static async Task<byte[]?> ReadAsync(Stream stream, int most, bool keepLast, CancellationToken cancellation)
    {
        var kept = new MemoryStream();
        var buffer = new byte[8 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length <= most)
                continue;
            if (!keepLast)
                return null;
            var last = kept.GetBuffer().AsSpan((int)kept.Length - most, most).ToArray();
            kept.SetLength(0);
            kept.Write(last);
        }

        return kept.ToArray();
    }

    private static string Quoted(byte[]? complaint) => Encoding.UTF8.GetString(complaint ?? []).Trim() is { Length: > 0 } text ? $": {text}" : "";
}

/// <param name="Octets">Empty: there was no answer, and <paramref name="Trouble"/> says why.</param>
/// <param name="WasStarted">False: nothing can have come of it.</param>
internal sealed record ProgramAnswer(byte[] Octets, bool WasStarted, string Trouble);
