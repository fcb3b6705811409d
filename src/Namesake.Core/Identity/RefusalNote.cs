using System.Text.Json.Serialization;
using Namesake.Core.Receivers.Replies;

namespace Namesake.Core.Identity;

/// <summary>A receiver refused us for our identity.</summary>
/// <param name="Answered">A look since then has shown whether it was right.</param>
public sealed record RefusalNote(string Site, string Reply, DateTimeOffset At, bool Answered)
{
    /// <summary>What it said is wrong.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ReplySubclass>))]
    public ReplySubclass Subclass { get; init; }

    /// <summary>A public address it quoted that isn't ours; null when it quoted none, or ours.</summary>
    public string? OtherAddress { get; init; }

    /// <summary>An EHLO or PTR name it quoted that isn't ours; null when it quoted none, or ours.</summary>
    public string? OtherName { get; init; }

    /// <summary>It is a receiver that has taken mail of this source before, or a large one everybody knows: three domains made for the purpose hold nobody.</summary>
    public bool IsCounted { get; init; }

    /// <summary>It says of our identity what others can say too: not that it could not look, nor that some list has us.</summary>
    [JsonIgnore]
    public bool IsEvidence => IsCounted && Subclass is not (ReplySubclass.None or ReplySubclass.DnsTempfail or ReplySubclass.ReputationIdentityGated);
}
