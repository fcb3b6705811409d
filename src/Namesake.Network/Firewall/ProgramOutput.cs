namespace Namesake.Network.Firewall;

/// <summary>What a program of the system prints, within bounds of time and size.</summary>
internal static class ProgramOutput
{
    /// <summary>Starts it on the caller's thread: it runs in that thread's network namespace.</summary>
    /// <returns>What it printed, or why there is nothing to read.</returns>
    public static async Task<(byte[]? Output, string? Trouble)> ReadAsync(string program, string[] arguments, int mostOctets, TimeSpan within, TimeProvider time, CancellationToken cancellation)
    {
        var run = await ProgramRun.OfAsync([program, .. arguments], null, mostOctets, within, time, cancellation);
        return run.IsDone ? (run.Output, null)
            : run.End == ProgramEnd.Failed ? (null, $"{program} ended with {run.Code}: {run.Complaint.Split('\n')[0].Trim()}")
            : (null, run.Complaint);
    }
}
