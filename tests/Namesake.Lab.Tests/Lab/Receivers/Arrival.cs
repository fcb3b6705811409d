using System.Net;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A message any of the lab's receivers has taken, and as whom its client came.</summary>
/// <param name="Domain">The receiver's.</param>
public sealed record Arrival(string MessageId, IPAddress Client, string Helo, string Domain);
