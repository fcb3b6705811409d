using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Namesake.Network.Machine;

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

/// <summary>How one run of another program went, bounded in time and in what it prints.</summary>
/// <param name="Code">Its exit code, when it ended itself.</param>
/// <param name="Complaint">The last it said on standard error; where it didn't end itself, why, and what it had said.</param>
internal sealed record ProgramRun(ProgramEnd End, int Code, byte[] Output, string Complaint)
{
    private const int MostComplaint = 4096;

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    public bool IsDone => End == ProgramEnd.Done;

    /// <summary>Starts it on the caller's thread: it runs in that thread's network namespace.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="input">For its standard input; null: nothing.</param>
    /// <param name="kept">What stays open in it.</param>
    public static async Task<ProgramRun> OfAsync(ImmutableArray<string> command, ReadOnlyMemory<byte>? input, int mostOctets, TimeSpan within, TimeProvider time, CancellationToken cancellation, SafeHandle? kept = null)
    {
        var program = command[0];
        using var clock = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        Process? process = null;
        try
        {
            process = ProgramStart.Start(new ProcessStartInfo(program, command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true }, kept)!;
        }
        catch (Exception trouble) when (trouble is Win32Exception or IOException or InvalidOperationException)
        {
            return new ProgramRun(ProgramEnd.NotStarted, 0, [], $"{program} can't be run: {trouble.Message}");
        }
        try
        {
            var complaint = LastAsync(process.StandardError.BaseStream, either.Token);
            try
            {
                var feeding = FeedAsync(process, input, either.Token);
                var output = await AllAsync(process.StandardOutput.BaseStream, mostOctets, either.Token);
                if (output is null)
                    return new ProgramRun(ProgramEnd.Stopped, 0, [], $"{program} prints more than {mostOctets >> 10} KiB");
                await feeding;
                await process.WaitForExitAsync(either.Token);
                return new ProgramRun(process.ExitCode == 0 ? ProgramEnd.Done : ProgramEnd.Failed, process.ExitCode, output, await complaint);
            }
            catch (Exception trouble) when (trouble is IOException or InvalidOperationException)
            {
                return new ProgramRun(ProgramEnd.Stopped, 0, [], $"{program} can't be read: {trouble.Message}");
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return new ProgramRun(ProgramEnd.Stopped, 0, [], $"{program} took longer than {within.TotalSeconds:0.#} s{(await complaint is { Length: > 0 } said ? $": {said}" : "")}");
            }
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

    /// <returns>Null: there is more.</returns>
    private static async Task<byte[]?> AllAsync(Stream stream, int most, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        var piece = new byte[64 * 1024];
        int length;
        while ((length = await stream.ReadAsync(piece, cancellation)) > 0)
        {
            if (all.Length + length > most)
                return null;
            all.Write(piece, 0, length);
        }
        return all.ToArray();
    }

    /// <summary>What stands at the end of a long complaint says why it ended.</summary>
    private static async Task<string> LastAsync(Stream stream, CancellationToken cancellation)
    {
        var kept = new byte[2 * MostComplaint];
        var length = 0;
        try
        {
            int read;
            while ((read = await stream.ReadAsync(kept.AsMemory(length), cancellation)) > 0)
            {
                length += read;
                if (length == kept.Length)
                {
                    kept.AsSpan(MostComplaint).CopyTo(kept);
                    length = MostComplaint;
                }
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            // It is ended. What it said until then is worth having.
        }
        return Encoding.UTF8.GetString(kept.AsSpan(Math.Max(0, length - MostComplaint)..length)).Trim();
    }
}
