using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity.Probes;

/// <summary>What the mail echo said of each source last, beside the verdicts under "mail-echo:ID": a restart must not ask again.</summary>
internal sealed class MailEchoMemory(IIdentityStore store, TimeSpan kept, TimeProvider time)
{
    private const string Prefix = "mail-echo:";

    private readonly ConcurrentDictionary<SourceId, StoredMailEcho> _known = new();
    private readonly Lock _lock = new();
    private Task? _loading;

    /// <returns>Null: the source was not asked about as it is now, or too long ago.</returns>
    public async Task<StoredMailEcho?> FindAsync(Source source, CancellationToken cancellation)
    {
        await LoadedAsync().WaitAsync(cancellation);
        return _known.TryGetValue(source.Id, out var known) && known.Under == Under(source) && IsFresh(known) ? known : null;
    }

    public Task KeepAsync(SourceId source, StoredMailEcho known)
    {
        _known[source] = known;
        return store.SaveAsync($"{Prefix}{source}", JsonSerializer.Serialize(known, MailEchoJson.Default.StoredMailEcho));
    }

    /// <summary>All that an answer depends on.</summary>
    public static string Under(Source source) => $"{source.LocalAddress} {source.PublicAddress} {source.Ehlo}";

    /// <summary>Nor is one believed that a clock set back has put into the future.</summary>
    private bool IsFresh(StoredMailEcho known) => (time.GetUtcNow() - known.At) is var age && age < kept && age > -kept;

    private Task LoadedAsync()
    {
        lock (_lock)
            return _loading is null or { IsFaulted: true } ? _loading = LoadAsync() : _loading;
    }

    private async Task LoadAsync()
    {
        foreach (var (key, json) in await store.LoadAsync(CancellationToken.None))
            if (key.StartsWith(Prefix, StringComparison.Ordinal))
                if (StoredMailEcho.Read(json) is { } known && IsFresh(known))
                    _known.TryAdd(new SourceId(key[Prefix.Length..]), known);
                else
                    await store.SaveAsync(key, null);
    }
}

/// <param name="Under">Addresses and name it was asked under.</param>
/// <param name="From">The service's mail address.</param>
/// <param name="Said">Its host with the reply, or why there was none.</param>
internal sealed record StoredMailEcho(int Version, DateTimeOffset At, string Under, string From, string? Address, string? Helo, string Said)
{
    public const int CurrentVersion = 1;

    public static StoredMailEcho? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MailEchoJson.Default.StoredMailEcho) is { Version: CurrentVersion } stored ? stored : null;
        }
        catch (JsonException)
        {
            return null; // of another version, or damaged: the service is asked once more
        }
    }

    public HeloEcho? ToEcho() => IPAddress.TryParse(Address, out var address) && Helo is not null ? new HeloEcho(address, Helo, From, At) : null;
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredMailEcho))]
internal sealed partial class MailEchoJson : JsonSerializerContext;
