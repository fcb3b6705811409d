using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Namesake.Network.Firewall;

internal enum ProgramEnd
{
    /// <summary>It ended with 0.</summary>
    Done,

    /// <summary>It ended with something else.</summary>
    Failed,

    /// <summary>It could not be started: nothing happened.</summary>
    NotStarted,

    /// <summary>It was ended by us: it took too long, or printed too much. What it did before nobody knows.</summary>
    Stopped,
}

/// <summary>How one run of a program of the system went.</summary>
/// <param name="Code">Its exit code, when it ended itself.</param>
/// <param name="Complaint">What it said on standard error; where it didn't end itself, why.</param>
internal sealed record ProgramRun(ProgramEnd End, int Code, byte[] Output, string Complaint)
{
    private const int MostComplaint = 4096;

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    public bool IsDone => End == ProgramEnd.Done;

    /// <summary>Starts it on the caller's thread: it runs in that thread's network namespace.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="input">For its standard input; null: nothing.</param>
    public static async Task<ProgramRun> OfAsync(ImmutableArray<string> command, ReadOnlyMemory<byte>? input, int mostOctets, TimeSpan within, TimeProvider time, CancellationToken cancellation)
    {
        var program = command[0];
        using var clock = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        }
        catch (Exception trouble) when (trouble is Win32Exception or IOException or InvalidOperationException)
        {
            return new ProgramRun(ProgramEnd.NotStarted, 0, [], $"{program} can't be run: {trouble.Message}");
        }
        try
        {
            var feeding = FeedAsync(process, input, either.Token);
            var complaint = ReadAsync(process.StandardError.BaseStream, MostComplaint, isCut: true, either.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, mostOctets, isCut: false, either.Token);
            if (output is null)
                return new ProgramRun(ProgramEnd.Stopped, 0, [], $"{program} prints more than {mostOctets} octets");
            await feeding;
            await process.WaitForExitAsync(either.Token);
            return new ProgramRun(process.ExitCode == 0 ? ProgramEnd.Done : ProgramEnd.Failed, process.ExitCode, output, Encoding.UTF8.GetString((await complaint)!).Trim());
        }
        catch (Exception trouble) when (trouble is IOException or InvalidOperationException)
        {
            return new ProgramRun(ProgramEnd.Stopped, 0, [], $"{program} can't be read: {trouble.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProgramRun(ProgramEnd.Stopped, 0, [], $"{program} took longer than {within.TotalSeconds:0} s");
        }
        finally
        {
            await StopAsync(process, time);
        }
    }

    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte>? input, CancellationToken cancellation)
    {
        try
        {
            if (input is { } octets)
                await process.StandardInput.BaseStream.WriteAsync(octets, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all. Why stands in its complaint.
        }
    }

    private static async Task StopAsync(Process process, TimeProvider time)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                // It may be inside the kernel: what it does there must be over before anybody looks.
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(LastPatience, time);
            }
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or TimeoutException)
        {
            // It ended in between, or won't end at all.
        }
        process.Dispose();
    }

    /// <returns>Null when there is more, unless that is cut.</returns>
    private static async Task<byte[]?> ReadAsync(Stream stream, int most, bool isCut, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        var piece = new byte[64 * 1024];
        int length;
        while ((length = await stream.ReadAsync(piece, cancellation)) > 0)
        {
            if (all.Length + length > most && !isCut)
                return null;
            all.Write(piece, 0, (int)Math.Min(length, most - all.Length));
        }
        return all.ToArray();
    }
}
