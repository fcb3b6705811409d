using System.Net;

namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>What a real client is asked to send, and to whom.</summary>
/// <param name="Subject">Also the start of the Message-ID: subject-number@client.example.</param>
public sealed record Submission(IPEndPoint Server, string Sender, IReadOnlyList<string> Recipients, string Subject)
{
    public string Ehlo { get; init; } = "app.client.example";

    /// <summary>The address to send from; null lets the kernel choose.</summary>
    public IPAddress? BindTo { get; init; }

    /// <summary>How many messages over the one connection; smtplib only.</summary>
    public int Count { get; init; } = 1;

    public bool StartTls { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public string Body { get; init; } = "A message from a real client.\n";
}
