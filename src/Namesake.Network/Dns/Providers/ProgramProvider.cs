using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Network.Machine;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <summary>Writes by a program of the operator: one request, one answer, one process each. What the program doesn't say clearly is unknown.</summary>
public sealed class ProgramProvider : IDnsProvider
{
    private const int MostOctets = 1024 * 1024;

    private readonly ProgramSettings _settings;
    private readonly TimeProvider _time;

    public ProgramProvider(ProgramSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _time) = (settings, time);
        Traits = new DnsProviderTraits
        {
            Id = settings.Id,
            Name = $"{settings.Id} (program {Path.GetFileName(settings.Command[0])})",
            Zones = settings.Zones,
            NameServers = settings.NameServers,
            IsAtomic = settings.IsAtomic,
            MostPerWrite = settings.MostPerWrite,
            ForwardMustResolve = settings.ForwardMustResolve,
            DefaultPointer = settings.DefaultPointer,
        };
    }

    public DnsProviderTraits Traits { get; }

    public async Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        var answer = await AskAsync(ProgramWords.Prove(zone, name, type), cancellation);
        var fault = answer.Trouble;
        var (access, detail) = (fault.Length > 0 ? null : ProgramWords.Authority(answer.Octets, out fault)) ?? new ProgramAuthority(WriteAccess.Unreachable, fault);
        return new WriteAuthority(zone, access, Traits.Name, detail, _time.GetUtcNow());
    }

    public async Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(name);
        var answer = await AskAsync(ProgramWords.Read(zone, name, type), cancellation);
        return answer.Trouble.Length > 0 ? new RecordReading(null, answer.Trouble) : ProgramWords.Records(answer.Octets, type);
    }

    public async Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var records = changes.OfType<RecordChange>().ToImmutableArray();
        if (records.Length != changes.Length)
            return new WriteResult.Refused($"programs take records, not zones: make {zone} by hand");
        if (records.Length > _settings.MostPerWrite)
            throw new ArgumentException($"{records.Length} changes are more than the {_settings.MostPerWrite} of one request.", nameof(changes));
        var answer = await AskAsync(ProgramWords.Write(zone, records), cancellation);
        if (answer.Trouble.Length > 0)
            return answer.WasStarted ? new WriteResult.Uncertain(answer.Trouble) : new WriteResult.Unreachable(answer.Trouble);
        return ProgramWords.Result(answer.Octets, out var fault) ?? new WriteResult.Uncertain(fault);
    }

    /// <returns>Its answer, or why there is none, and whether something can have come of it all the same.</returns>
    private async Task<(byte[] Octets, bool WasStarted, string Trouble)> AskAsync(string request, CancellationToken cancellation)
    {
        var run = await ProgramRun.OfAsync(_settings.Command, Encoding.UTF8.GetBytes(request), MostOctets, _settings.Timeout, _time, cancellation);
        return run.End switch
        {
            ProgramEnd.Done => (run.Output, true, ""),
            ProgramEnd.Failed => ([], true, string.Create(CultureInfo.InvariantCulture, $"{_settings.Command[0]} ended with {run.Code}{(run.Complaint.Length > 0 ? $": {run.Complaint}" : "")}")),
            _ => ([], run.End != ProgramEnd.NotStarted, run.Complaint),
        };
    }
}
