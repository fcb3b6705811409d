using System.Net;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A message whose final dot has arrived.</summary>
/// <param name="Client">The address it came from.</param>
/// <param name="Helo">The name in force when it came.</param>
/// <param name="ReversePath">Without angle brackets; empty for a null sender.</param>
/// <param name="IsAcknowledged">Whether a 2xx reply to the final dot was written.</param>
public sealed record SeenMessage(IPAddress Client, string Helo, string ReversePath, IReadOnlyList<string> Recipients, string Content, bool IsAcknowledged)
{
    /// <summary>Value of the first field of that name; empty when there is none.</summary>
    public string Field(string name)
    {
        var end = Content.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var line = Content[..(end < 0 ? Content.Length : end)].Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line?[(name.Length + 1)..].Trim() ?? "";
    }
}
