using System.Net;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>Sends one message by the real swaks, as a person would to try a server.</summary>
/// <param name="Ehlo">The name to say.</param>
/// <param name="BindTo">The address to send from; null lets the kernel choose, as most programs do.</param>
public sealed record Swaks(string Ehlo, IPAddress? BindTo = null)
{
    public string From { get; init; } = "ann@acme.example";

    public int Port { get; init; } = 25;

    /// <summary>Further recipients at the same receiver, and what else swaks is to do.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>Sends from <paramref name="host"/> straight to a receiver's address.</summary>
    public async Task<SwaksResult> SendAsync(LabHost host, LabReceiver to, string subject, IPAddress? at = null)
    {
        string[] bind = BindTo is null ? [] : ["--local-interface", BindTo.ToString()];
        var run = await host.RunAsync(
            "swaks",
            ["--server", (at ?? to.Address).ToString(), "--ehlo", Ehlo, "--from", From, "--to", $"bob@{to.Domain}", "--header", $"Subject: {subject}", "--timeout", "30",
                "--port", $"{Port}", .. More, .. bind]);
        return new SwaksResult(run.ExitCode, run.Output);
    }
}
