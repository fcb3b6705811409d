using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Core.Firewall;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Plans.Journal;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Plans;

internal sealed partial class PlanWorld
{
    private readonly List<(TimeSpan At, Func<WriteResult> Write)> _underWay = [];

    /// <summary>What one process sees of the world.</summary>
    private sealed class Ports(PlanWorld world, MortalProcess process) : IDnsProvider, IFirewall, IDeadManTimer, IMachineUptime, IEchoProbe, IRelayAtWork
    {
        public DnsProviderTraits Traits => new()
        {
            DefaultPointer = world.DefaultPointer is null ? null : "static.{4}.{3}.{2}.{1}.clients.host.example",
            Id = "bind", Name = "RFC 2136 at 192.0.2.53", Zones = [DomainName.Parse("acme.example"), DomainName.Parse("113.0.203.in-addr.arpa"), DomainName.Parse("2.0.192.in-addr.arpa")],
            IsAtomic = true, CanMakeZones = true, MostPerWrite = 50,
        };

        public string Id => "edge";

        public string Name => "nftables";

        public string Boot => world.Boot;

        public TimeSpan Now => TimeSpan.FromHours(1) + world.Time.Passed;

        public Task<WriteAuthority> ProveAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) =>
            Task.FromResult(process.Call(() => new WriteAuthority(zone, world.Access, "TSIG key namesake", world.Access == WriteAccess.None ? "BADKEY" : "", world.Time.GetUtcNow())));

        public Task<RecordReading> ReadAsync(DomainName zone, DomainName name, RecordType type, CancellationToken cancellation) => Task.FromResult(process.Call(() => Read(zone, name, type)));

        public Task<WriteResult> WriteAsync(DomainName zone, ImmutableArray<Change> changes, CancellationToken cancellation) => Task.FromResult(process.Call(() => Write(() =>
            changes is [ZoneChange made] ? WriteZone(made) : WriteRecords(zone, [.. changes.Cast<RecordChange>()]))));

        public Task<FirewallReading> ReadAsync(CancellationToken cancellation) =>
            Task.FromResult(process.Call(() => world.IsDown ? new FirewallReading(null, "", null, "no answer") : new FirewallReading(world.Table, world.Table?.ToString() ?? "", null, null)));

        public Task<string?> CheckAsync(TranslationChange change, CancellationToken cancellation) => Task.FromResult(process.Call<string?>(() => null));

        public Task<WriteResult> WriteAsync(TranslationChange change, CancellationToken cancellation) => Task.FromResult(process.Call(() => Write(() =>
        {
            if (!Equals(world.Table, change.Old) && !Equals(world.Table, change.New))
                return new WriteResult.Conflict("the table is another");
            // As a firewall reads it back: in order, whatever order it was told.
            world.Table = change.New is { } table ? table with { Mappings = [.. table.Mappings.OrderBy(mapping => mapping.Local, AddressOrder.Instance)] } : null;
            return new WriteResult.Done("");
        })));

        public Task<int?> ForgetConnectionsAsync(TranslationChange change, CancellationToken cancellation) => Task.FromResult(process.Call<int?>(() => 0));

        public async Task<string?> StartAsync(PlanId id, CancellationToken cancellation)
        {
            if (world.OtherTimer is { } other)
                await other(id);
            return process.Call(() =>
            {
                // The timer is a process of its own: it writes whatever becomes of ours.
                if (world.TimerTrouble is null && world.OtherTimer is null)
                    world.Disk.Append(id, new PlanEntry(world.Time.GetUtcNow(), "dead-man timer", PlanEvent.Watching, ""));
                return world.TimerTrouble;
            });
        }

        public async Task<EchoProbeResult> AskAsync(Source source, NextHop hop, CancellationToken cancellation)
        {
            if (world.WhileLooking is { } meanwhile)
                await meanwhile();
            return process.Call(() => world.EchoIsSilent
                ? EchoProbeResult.Unreached("connection refused")
                : EchoProbeResult.Answered($"reflect.test Hello {source.Ehlo} [{world.Echo ?? (world.Table?.Mappings.FirstOrDefault(mapping => mapping.Local.Equals(source.LocalAddress))?.Public ?? source.LocalAddress).ToString()}]"));
        }

        public Task<string?> NoticeAsync(CancellationToken cancellation) => Task.FromResult(process.Call(() =>
        {
            world.InHandWhenNoticed.Add(world.Disk.Plans.Keys.Count(id => PlanId.TryParse(id, out var known) && world.Disk.History(known).IsInHand));
            return world.NoticeTrouble;
        }));

        public Task<string> DrainAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation) => Task.FromResult(process.Call(() =>
        {
            world.Drained.AddRange(sources.Select(source => source.Value));
            return "drained";
        }));

        private RecordReading Read(DomainName zone, DomainName name, RecordType type)
        {
            Land();
            if (world.IsDown)
                return new RecordReading(null, "timed out");
            if (type == RecordType.Soa)
                return new RecordReading(world.Absent.Contains(zone.Value) ? null : RecordSet.Of(3600, $"ns1.acme.example. hostmaster.{zone}. 1 2 3 4 5"), null);
            return world.Absent.Contains(zone.Value) ? new RecordReading(null, $"it has no zone {zone}") { Instead = Instead.NoZone }
                : world.Aliases.TryGetValue(name.Value, out var target) ? new RecordReading(null, $"{name} is an alias of {target}") { Instead = Instead.Alias }
                : new RecordReading(world.Records.GetValueOrDefault($"{name} {type}"), null);
        }

        /// <summary>As BIND does (RFC 2136 §3.2): one prerequisite that doesn't hold, and nothing of it is written; all of it there already, and an answer may have been lost.</summary>
        private WriteResult WriteRecords(DomainName zone, ImmutableArray<RecordChange> changes)
        {
            if (world.Absent.Contains(zone.Value))
                return new WriteResult.Refused($"it has no zone {zone}");
            RecordSet? Present(RecordChange change) => world.Aliases.ContainsKey(change.Name.Value) ? null : world.Records.GetValueOrDefault($"{change.Name} {change.Type}");
            if (changes.Any(change => change.OtherwiseIn(Present(change)) is not null))
                return changes.All(change => change.IsDoneIn(Present(change))) ? new WriteResult.Done("it was so already") { WasSo = true } : new WriteResult.Conflict("YXRRSET");
            foreach (var change in changes.Where(change => !world.Aliases.ContainsKey(change.Name.Value))) // RFC 2136 §3.4.2.2: beside a CNAME nothing is added, silently
                if (change.New is { } set)
                    world.Set(change.Name.Value, change.Type, set.Ttl, [.. set.Values]);
                else
                {
                    world.Remove(change.Name.Value, change.Type);
                    if (change.Type == RecordType.Ptr && world.DefaultPointer is { } target)
                        world.Set(change.Name.Value, change.Type, 86_400, target);
                }
            return new WriteResult.Done("");
        }

        private WriteResult WriteZone(ZoneChange change)
        {
            if (!change.Removes)
                return world.Absent.Remove(change.Zone.Value) ? new WriteResult.Done("") : new WriteResult.Conflict("the zone is there already");
            if (world.Records.Keys.Any(key => DomainName.Parse(key.Split(' ')[0]).IsEqualOrUnder(change.Zone)))
                return new WriteResult.Conflict($"the zone {change.Zone} has records: it is removed only while it is empty");
            world.Absent.Add(change.Zone.Value);
            return new WriteResult.Done("");
        }

        private WriteResult Write(Func<WriteResult> write)
        {
            Land();
            var number = ++world.Writes;
            world.BeforeWrite?.Invoke(number);
            if (world.IsDown)
                return new WriteResult.Unreachable("connection refused");
            if (world.Swallows?.Invoke(number) == true)
                return new WriteResult.Uncertain("no answer within 5 s");
            if (world.LandsAfter?.Invoke(number) is { } late)
            {
                world._underWay.Add((world.Time.Passed + late, write));
                return new WriteResult.Uncertain("no answer within 5 s");
            }
            var result = write();
            return world.Answer?.Invoke(number, result) ?? result;
        }

        /// <summary>Writes that were under way and have come by now.</summary>
        private void Land()
        {
            foreach (var (at, write) in world._underWay.Where(one => one.At <= world.Time.Passed).ToList())
            {
                world._underWay.Remove((at, write));
                write();
            }
        }
    }
}
