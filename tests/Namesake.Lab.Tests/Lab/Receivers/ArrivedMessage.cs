using System.Net;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>A message a receiver has accepted, with what that receiver itself wrote down about the client.</summary>
/// <param name="Client">The address the connection came from.</param>
/// <param name="Helo">The name the client gave.</param>
/// <param name="Subject">Value of the Subject field; empty when there is none.</param>
/// <param name="MessageId">Value of the Message-ID field, brackets included; empty when there is none.</param>
/// <param name="Content">The whole message as delivered, trace fields included.</param>
public sealed record ArrivedMessage(IPAddress Client, string Helo, string Subject, string MessageId, string Content);
