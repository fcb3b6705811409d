using System.Collections.Immutable;
using System.Globalization;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Tests.Plans;

/// <summary>A DNS provider whose zones are a folder, a file per record set. Where a file "before-N" or "after-N" lies in it, the N-th write stands still there until the file is gone; so do whoever proves or reads, and the dead-man timer, at "prove", "read" and "timer": for a test that kills.</summary>
/// <param name="written">Told each change, for a name server that shows the folder.</param>
internal sealed class FolderZones(string folder, Action<RecordChange>? written = null) : IDnsProvider
{
    public static readonly PlanMakers Makers = new([(configuration, _) => [new FolderZones(Path.Combine(configuration.DataDirectory, "zones"))]], []) { BeforeVerb = [Program.AsNamesake] };

    /// <summary>For the process of a dead-man timer, which begins with nothing that a test could hold up.</summary>
    public static Task StandBeforeTimerAsync(string configuration) => new FolderZones(Path.Combine(Path.GetDirectoryName(configuration)!, "data", "zones")).StandAsync("timer", CancellationToken.None);

    public DnsProviderTraits Traits { get; } = new() { Id = "folder", Name = "a folder", Zones = [DomainName.Parse("acme.example"), DomainName.Parse("127.in-addr.arpa")], IsAtomic = true, MostPerWrite = 1 };

    public async Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        await StandAsync("prove", cancellation);
        return new WriteAuthority(zone, WriteAccess.Proven, "a folder", "", DateTimeOffset.UnixEpoch);
    }

    public async Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        await StandAsync("read", cancellation);
        return new RecordReading(Read(name, type), null);
    }

    public async Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        var number = Directory.GetFiles(folder, "written-*").Length + 1;
        await GoneAsync($"before-{number}", cancellation);
        foreach (var change in changes.Cast<RecordChange>())
        {
            var present = Read(change.Name, change.Type);
            if (Same(present, change.New))
                continue;
            if (!Same(present, change.Old))
                return new WriteResult.Conflict($"{change.Name} is {present}");
            var file = FileOf(change.Name, change.Type);
            if (change.New is { } set)
            {
                File.WriteAllLines(file + ".new", [set.Ttl.ToString(CultureInfo.InvariantCulture), .. set.Values]);
                File.Move(file + ".new", file, overwrite: true);
            }
            else
                File.Delete(file);
            written?.Invoke(change);
        }
        File.WriteAllText(Path.Combine(folder, $"written-{number}"), "");
        await GoneAsync($"after-{number}", cancellation);
        return new WriteResult.Done("");
    }

    private static bool Same(RecordSet? one, RecordSet? other) => one is null ? other is null : one.Says(other);

    private RecordSet? Read(DomainName name, RecordType type) =>
        File.Exists(FileOf(name, type)) && File.ReadAllLines(FileOf(name, type)) is [var ttl, .. var values] ? new RecordSet(int.Parse(ttl, CultureInfo.InvariantCulture), [.. values]) : null;

    private string FileOf(DomainName name, RecordType type) => Path.Combine(folder, $"{name} {type}.record");

    /// <summary>Stands still there while a file of that name lies in the folder, and says so by another.</summary>
    private async Task StandAsync(string place, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(folder, place)))
            return;
        File.WriteAllText(Path.Combine(folder, place + ".reached"), "");
        await GoneAsync(place, cancellation);
    }

    private async Task GoneAsync(string name, CancellationToken cancellation)
    {
        while (File.Exists(Path.Combine(folder, name)))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
    }
}
