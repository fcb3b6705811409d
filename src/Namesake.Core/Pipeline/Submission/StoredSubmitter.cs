using System.Text.Json.Serialization;
using Namesake.Core.Brands;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>What is kept over restarts of a submitter that is or was frozen.</summary>
/// <param name="Freeze">Null: it was thawed.</param>
/// <param name="Hold">By what mail of it is held, or was until a restart came between; null: none is.</param>
/// <param name="Forgiven">Null: nothing was.</param>
internal sealed record StoredSubmitter(int Version, StoredFreeze? Freeze, long? Hold, Forgiveness? Forgiven)
{
    public const int CurrentVersion = 1;
}

internal sealed record StoredFreeze(string? Brand, string Rule, string Reason, string By, DateTimeOffset Since, SubmitterNumbers Numbers)
{
    public static StoredFreeze Of(Freeze freeze) => new(freeze.Brand?.Value, freeze.Rule, freeze.Reason, freeze.By, freeze.Since, freeze.Numbers);

    public Freeze ToFreeze(string submitter) => new(submitter, Brand is { } brand ? new BrandId(brand) : null, Rule, Reason, By, Since, Numbers);
}

[JsonSerializable(typeof(StoredSubmitter))]
internal sealed partial class SubmitterJson : JsonSerializerContext;
