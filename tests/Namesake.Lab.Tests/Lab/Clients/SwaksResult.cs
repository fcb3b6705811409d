namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>What swaks reports: 0 when the message was accepted, and the whole conversation.</summary>
public sealed record SwaksResult(int ExitCode, string Transcript)
{
    /// <summary>The lines with which the server refused, without swaks's mark.</summary>
    public string Refusal => string.Join('\n', Transcript.Split('\n').Where(line => line.StartsWith("<** ", StringComparison.Ordinal)).Select(line => line[4..].TrimEnd('\r')));

    public void MustBeAccepted() => Assert.True(ExitCode == 0, $"Expected the message to be accepted:\n{Transcript}");
}
