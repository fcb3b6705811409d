using System.Text.Json;

namespace Namesake.Lab.Tests.Lab.UnderTest;

/// <summary>A plan as <c>plan -o</c> writes it.</summary>
public sealed record PlanSeen(string Id, IReadOnlyList<StepSeen> Steps, IReadOnlyList<NoteSeen> Notes)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public IReadOnlyList<ChangeSeen> Changes => [.. Steps.SelectMany(step => step.Changes)];

    public static PlanSeen Read(string file) => JsonSerializer.Deserialize<PlanSeen>(File.ReadAllText(file), Web)!;

    /// <summary>The records of one type, by name: "5.113.0.203.in-addr.arpa mail.acme.example.".</summary>
    public IReadOnlyList<string> Of(string type) =>
        [.. Changes.Where(change => change.Type?.Equals(type, StringComparison.OrdinalIgnoreCase) == true).Select(change => $"{change.Name} {change.New?.Deserialize<SetSeen>(Web)}").Order(StringComparer.Ordinal)];
}

public sealed record StepSeen(string Title, IReadOnlyList<ChangeSeen> Changes);

/// <param name="Old">A record set, or a translation.</param>
public sealed record ChangeSeen(string Change, string? Zone, string? Name, string? Type, JsonElement? Old, JsonElement? New, bool Foreign);

public sealed record NoteSeen(string Kind, string About, string Text, string? Ticket);

public sealed record SetSeen(int Ttl, IReadOnlyList<string> Values)
{
    public override string ToString() => string.Join(' ', Values);
}
