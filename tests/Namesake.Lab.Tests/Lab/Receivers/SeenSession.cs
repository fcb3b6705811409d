using System.Net;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>One connection as the receiver saw it.</summary>
/// <param name="Client">The address it came from.</param>
/// <param name="Echoed">The address it was told in the last EHLO reply; null when none.</param>
/// <param name="Helos">Every name it gave, in order: a second one follows STARTTLS.</param>
/// <param name="MailCommands">How many MAIL commands it gave, accepted or not.</param>
/// <param name="IsEncrypted">Whether TLS was begun.</param>
/// <param name="HasQuit">Whether it took its leave.</param>
/// <param name="IsOver">Whether the connection has ended.</param>
public sealed record SeenSession(IPAddress Client, IPAddress? Echoed, IReadOnlyList<string> Helos, int MailCommands, bool IsEncrypted, bool HasQuit, bool IsOver);
