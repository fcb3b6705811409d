using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Fencing;
using Namesake.Core.Identity.Verdicts;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>One source's identity as it is kept over restarts.</summary>
/// <param name="Version">Of this form. A state of another version is forgotten: the source starts unproven, which is always safe.</param>
/// <param name="Local">With the three that follow: what the state is about. Where one differs from the configuration the source starts anew.</param>
/// <param name="Node">Where the outside's word was heard: on another node only DNS results carry over.</param>
internal sealed record StoredSource(
    int Version,
    string Node,
    string Local,
    string Public,
    string Ehlo,
    IdentityPolicy Policy,
    ImmutableDictionary<string, CheckMemory> Memories,
    EgressState Egress,
    Attestation? Attested,
    OverrideNote? Override,
    WireFault? Wire,
    RefusalNote? Refusal,
    Verdict Verdict,
    DateTimeOffset Since,
    DateTimeOffset? ProvenAt,
    DateTimeOffset? LastProbe)
{
    public const int CurrentVersion = 1;

    /// <summary>Beside the newest refusal, those of other receivers.</summary>
    public ImmutableArray<RefusalNote> Refusals { get; init; } = [];

    /// <summary>When a receiver that had refused took a message while the source was held for it.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    [JsonIgnore]
    public bool IsSound => Version == CurrentVersion && !Egress.Foreign.IsDefault && !Egress.Onsets.IsDefault && Egress.Contradiction is not { Addresses.IsDefaultOrEmpty: true };
}
