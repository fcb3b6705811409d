namespace Namesake.Lab.Tests.Lab.Clients;

/// <summary>A letter for which the relay has said 250.</summary>
/// <param name="MessageId">Its Message-ID field, unlike any other try's.</param>
/// <param name="QueueId">What the relay called it in its reply.</param>
public sealed record AcceptedLetter(string MessageId, Letter Letter, string QueueId);
