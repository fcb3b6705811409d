using System.ComponentModel;
using System.Diagnostics;

namespace Namesake.Network.Firewall;

/// <summary>What a program of the system prints, within bounds of time and size.</summary>
internal static class ProgramOutput
{
    /// <summary>Starts it on the caller's thread: it runs in that thread's network namespace.</summary>
    /// <returns>What it printed, or why there is nothing to read.</returns>
    public static async Task<(byte[]? Output, string? Trouble)> ReadAsync(string program, string[] arguments, int mostOctets, TimeSpan within, TimeProvider time, CancellationToken cancellation)
    {
        using var clock = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            var complaint = ReadAsync(process.StandardError.BaseStream, 4096, either.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, mostOctets, either.Token);
            if (output is null)
                return (null, $"{program} prints more than {mostOctets} octets");
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0
                ? (output, null)
                : (null, $"{program} ended with {process.ExitCode}: {FirstLine(await complaint)}");
        }
        catch (Exception trouble) when (trouble is Win32Exception or IOException or InvalidOperationException)
        {
            return (null, $"{program} can't be run: {trouble.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"{program} took longer than {within.TotalSeconds:0} s");
        }
        finally
        {
            End(process);
        }
    }

    private static void End(Process? process)
    {
        try
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It ended in between.
        }
        process?.Dispose();
    }

    /// <returns>Null when there is more.</returns>
    private static async Task<byte[]?> ReadAsync(Stream stream, int most, CancellationToken cancellation)
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

    private static string FirstLine(byte[]? octets) => octets is null ? "" : System.Text.Encoding.UTF8.GetString(octets).Split('\n')[0].Trim();
}
