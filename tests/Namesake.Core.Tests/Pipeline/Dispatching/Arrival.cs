using System.Net;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A message as a receiver got it.</summary>
/// <param name="Client">The address the connection came from.</param>
/// <param name="Sender">What stood between the angle brackets of MAIL FROM.</param>
/// <param name="Content">The octets, stuffed dots taken out.</param>
internal sealed record Arrival(IPAddress Client, string Ehlo, string Sender, IReadOnlyList<string> Recipients, byte[] Content)
{
    public string Text => System.Text.Encoding.Latin1.GetString(Content);
}
