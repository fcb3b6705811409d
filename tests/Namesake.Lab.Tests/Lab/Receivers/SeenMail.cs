using System.Net;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>One MAIL command, accepted or not: the moment from which a client's identity counts.</summary>
/// <param name="Client">The address it came from.</param>
/// <param name="Helo">The name in force.</param>
public sealed record SeenMail(DateTimeOffset At, IPAddress Client, string Helo);
