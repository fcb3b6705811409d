using System.Collections.Immutable;
using System.Diagnostics;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>Zones that a person changes with a text of ours: carried there here by the program that a person would use.</summary>
public abstract class TextZones : IWrittenZones, IDnsProvider
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("namesake-text-").FullName;

    public IDnsProvider Provider => this;

    public IDnsProvider? WithWrongSecret => null;

    public IDnsProvider? Nowhere => null;

    /// <summary>Whether it was so already the person may see; nobody asks who wrote it, and what is so is left out of the text.</summary>
    public bool IsCarriedByHand => true;

    public DnsProviderTraits Traits { get; } = new() { Id = "text", Name = "a text", Zones = [DomainName.Parse("acme.example"), DomainName.Parse("113.0.203.in-addr.arpa")], IsAtomic = true, MostPerWrite = 100 };

    public abstract Task StartedAsync();

    public abstract Task<string> ContentAsync(string zone);

    public abstract Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation);

    public Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) =>
        Task.FromResult(new WriteAuthority(zone, WriteAccess.Untried, Traits.Name, "", DateTimeOffset.UnixEpoch));

    public async Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        if (!Traits.Zones.Contains(zone))
            return new RecordReading(null, $"there is no zone {zone}");
        var own = (await RecordsAsync(zone.Value)).Where(record => record.Owner == name.Value).ToList();
        if (own.Find(record => record.Type == "CNAME") is { Owner: not null })
            return new RecordReading(null, $"{name} is an alias");
        var records = own.FindAll(record => record.Type == type.Word());
        return new RecordReading(records.Count == 0 ? null : RecordSet.Of(records[0].Ttl, [.. records.Select(record => record.Value)]), null);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    protected abstract Task<IReadOnlyList<(string Owner, int Ttl, string Type, string Value)>> RecordsAsync(string zone);

    private protected static async Task<(int Code, string Output)> RunAsync(ProcessStartInfo start, string? input = null)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
