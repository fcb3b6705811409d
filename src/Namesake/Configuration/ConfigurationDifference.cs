using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Namesake.Configuration.Forms;
using Namesake.Configuration.Sections;
using Namesake.Core.Brands;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Receivers;
using Namesake.Storage;
using Namesake.Web.Alarms;

namespace Namesake.Configuration;

/// <summary>Gathers the differences between two configurations, by the properties of their records.</summary>
internal sealed class ConfigurationDifference
{
    private static readonly ImmutableHashSet<string> Secrets = [nameof(Brand.SrsSecret), nameof(UserModel.PasswordHash), nameof(AlarmSettings.Webhook), nameof(AlarmSettings.Secret), nameof(PostgresOptions.Password)];

    /// <summary>Where the file's word is another than the record's.</summary>
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        [nameof(IdentityOptions.ProbeAtLeast)] = IdentitySection.ShortestInterval.Name,
        [nameof(IdentityOptions.ProbeAtMost)] = IdentitySection.LongestInterval.Name,
        [nameof(IdentityOptions.ProbeWhileBad)] = IdentitySection.TroubledInterval.Name,
        [nameof(IdentityOptions.EchoAtFirst)] = IdentitySection.FirstEchoInterval.Name,
        [nameof(IdentityOptions.EchoAtMost)] = IdentitySection.LongestEchoInterval.Name,
        [nameof(SpoolOptions.MinimumFreeBytes)] = SpoolSection.MinimumFreeDisk.Name,
        [nameof(PostgresOptions.Database)] = DatabaseSection.Name.Name,
        [nameof(ListingOptions.AskRegistry)] = ReputationSection.Registry.Name,
        [nameof(RetrySchedule.Waits)] = DeliverySection.Retry.Name,
        [nameof(RetrySchedule.Jitter)] = DeliverySection.RetryJitter.Name,
        [nameof(RelayModel.SilentReceiversRequireProof)] = $"silentReceivers: {SilentReceiversSection.RequireProof.Name}",
        [nameof(WitnessModel.IsReflector)] = WitnessSection.Reflector.Name,
    };

    private readonly ImmutableArray<ConfigurationChange>.Builder _changes = ImmutableArray.CreateBuilder<ConfigurationChange>();

    public ImmutableArray<ConfigurationChange> Changes => _changes.ToImmutable();

    public void Value(string path, object? before, object? after) => Compare(path, isSecret: false, before, after);

    /// <summary>Entries that have a name: added, removed, or changed in some properties.</summary>
    public void Each<T>(string path, ImmutableArray<T> before, ImmutableArray<T> after, Func<T, string> name) where T : notnull
    {
        var earlier = Named(before, name);
        var later = Named(after, name);
        foreach (var (key, entry) in earlier)
            if (!later.TryGetValue(key, out var successor))
                Add($"{path} {key}", "removed");
            else
                Properties($"{path} {key}", entry, successor);
        foreach (var key in later.Keys.Where(key => !earlier.ContainsKey(key)))
            Add($"{path} {key}", "added");
    }

    /// <summary>Entries whose order counts: one difference is enough to say that it is another list.</summary>
    public void InOrder<T>(string path, ImmutableArray<T> before, ImmutableArray<T> after) where T : notnull =>
        Value(path, before.Select(entry => Show(entry)).ToImmutableArray(), after.Select(entry => Show(entry)).ToImmutableArray());

    /// <summary>All properties that can be set, but those compared otherwise.</summary>
    public void Properties<T>(string path, T before, T after, params ReadOnlySpan<string> except) where T : notnull
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
            if (property.CanWrite && !except.Contains(property.Name))
                Compare(Join(path, KeyOf(property)), Secrets.Contains(property.Name), property.GetValue(before), property.GetValue(after));
    }

    private void Compare(string path, bool isSecret, object? before, object? after)
    {
        var (old, current) = (Show(before), Show(after));
        if (old != current)
            Add(path, isSecret ? "changed" : $"{old} → {current}");
    }

    private void Add(string path, string text) => _changes.Add(new ConfigurationChange(path, text));

    // Two listeners on port 0 have the same name; they are told apart by their place.
    private static Dictionary<string, T> Named<T>(ImmutableArray<T> entries, Func<T, string> name)
    {
        var named = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in entries)
            for (var (key, number) = (name(entry), 2); !named.TryAdd(key, entry); number++)
                key = string.Create(CultureInfo.InvariantCulture, $"{name(entry)} #{number}");
        return named;
    }

    private static string Show(object? value) => value switch
    {
        null => "none",
        string text => text,
        Enum word => char.ToLowerInvariant(word.ToString()[0]) + word.ToString()[1..],
        TimeSpan duration => DurationForm.Format(duration),
        X509Certificate2 certificate => string.Create(CultureInfo.InvariantCulture, $"{certificate.Thumbprint[..16]}… valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"),
        IEnumerable many => $"[{string.Join(", ", many.Cast<object?>().Select(Show))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        // Records print their arrays by type name; by properties they print what is in them.
        _ when value.GetType().GetMethod("<Clone>$") is not null && value.GetType().GetMethod("ToString", [])!.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)) =>
            $"{{ {string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => Show(property.GetValue(value))))} }}",
        _ => value.ToString() ?? "",
    };

    private static string KeyOf(PropertyInfo property) => Keys.GetValueOrDefault(property.Name) ?? char.ToLowerInvariant(property.Name[0]) + property.Name[1..];

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}: {name}";
}
