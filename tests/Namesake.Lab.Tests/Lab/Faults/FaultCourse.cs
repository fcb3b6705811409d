using System.Text.Json;

namespace Namesake.Lab.Tests.Lab.Faults;

/// <summary>What one fault came to: when it was what, and how many sessions reached MAIL FROM meanwhile. Tests judge the counts, bench/faults shows the times.</summary>
/// <param name="Told">What the relay makes of it: the check that holds, or what is told where nothing is held.</param>
public sealed record FaultCourse(string Fault, string Told)
{
    private static readonly SemaphoreSlim Writing = new(1);

    /// <summary>Whether times are wanted: then each fault begins when nothing else has just happened.</summary>
    public static bool AreMeasured { get; } = Environment.GetEnvironmentVariable("NAMESAKE_FAULTS") is { Length: > 0 };

    /// <summary>Just before the change was made.</summary>
    public DateTimeOffset Injected { get; set; }

    public DateTimeOffset? Seen { get; set; }

    public DateTimeOffset? Held { get; set; }

    public DateTimeOffset? Repaired { get; set; }

    public DateTimeOffset? Released { get; set; }

    /// <summary>When all that had been accepted before the repair had arrived.</summary>
    public DateTimeOffset? Delivered { get; set; }

    /// <summary>Letters the victim had waiting just before the repair.</summary>
    public int Waited { get; set; }

    /// <summary>Sessions that reached MAIL FROM under the right name from the right address between the fault and the hold: DNS must be bad twice before it stops mail.</summary>
    public int BeforeHeld { get; set; }

    /// <summary>Sessions that reached MAIL FROM from another address or under another name than its source's, or while it was held, at receivers that echo our address.</summary>
    public int Misnamed { get; set; }

    /// <summary>The same at receivers that don't.</summary>
    public int MisnamedSilent { get; set; }

    /// <summary>How long after the fault the last of those was.</summary>
    public double? ExposedFor { get; set; }

    /// <summary>How old a proof may be there, in seconds; null where receivers echo.</summary>
    public int? ProofSeconds { get; init; }

    /// <summary>Adds it to the file bench/faults asked for, if it did.</summary>
    public async Task WriteAsync()
    {
        if (!AreMeasured)
        {
            return;
        }

        var row = new
        {
            fault = Fault,
            told = Told,
            seen = Since(Injected, Seen),
            held = Since(Injected, Held),
            released = Since(Repaired, Released),
            delivered = Since(Repaired, Delivered),
            waited = Waited,
            beforeHeld = BeforeHeld,
            misnamed = Misnamed,
            misnamedSilent = MisnamedSilent,
            exposedFor = ExposedFor,
            proofSeconds = ProofSeconds,
        };
        await Writing.WaitAsync();
        try
        {
            await File.AppendAllTextAsync(Environment.GetEnvironmentVariable("NAMESAKE_FAULTS")!, JsonSerializer.Serialize(row) + "\n");
        }
        finally
        {
            Writing.Release();
        }
    }

    private static double? Since(DateTimeOffset? from, DateTimeOffset? to) => to is { } end && from is { } start ? Math.Round((end - start).TotalSeconds, 2) : null;
}
