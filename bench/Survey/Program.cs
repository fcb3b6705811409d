using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Namesake.Core.Identity.Checks;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Identity.Probes;
using Namesake.Core.Sources;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Survey;
using Namesake.Protocol.Addresses;

// survey COUNT RESOLVER: surveys that many sources of bench/audit's world through the resolver, and writes what came of it as one line of JSON.
var count = int.Parse(args[0]);
using var resolver = new Resolver(new ResolverSettings { Resolvers = [IPEndPoint.Parse(args[1])] }, TimeProvider.System);
using var survey = new DnsSurvey(resolver, new SurveySettings { Vantage = "bench", AbsentUnder = DomainName.Parse("example") }, TimeProvider.System);
var probe = new ZoneProbe(survey, new ZoneProbeOptions(), TimeProvider.System);
var outcomes = new ConcurrentDictionary<string, int>();
var start = Stopwatch.GetTimestamp();
await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellation) =>
{
    // 250 sources in a reverse zone, each name in a zone of its own: as bench/relay/surveyed.py writes them.
    var address = new IPAddress([198, (byte)(18 + i / 250 / 256), (byte)(i / 250 % 256), (byte)(1 + i % 250)]);
    var facts = new IdentityFacts
    {
        Source = new Source { Id = new SourceId($"b{i}"), LocalAddress = address, PublicAddress = address, Ehlo = HostName.Parse($"mail.b{i}.example") },
        TreatAsPublic = [IPRange.Parse("198.18.0.0/15"), IPRange.Parse("192.0.2.0/24")],
    };
    var judged = Catalogue.Judge((await probe.LookAsync(facts, cancellation))(facts));
    foreach (var result in judged.Where(result => result.Check.StartsWith("ZN", StringComparison.Ordinal)))
        outcomes.AddOrUpdate($"{result.Check} {result.Outcome}", 1, (_, known) => known + 1);
});
Console.WriteLine(JsonSerializer.Serialize(new
{
    sources = count,
    seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1),
    cpuSeconds = Math.Round(Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, 1),
    memoryMb = Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000,
    outcomes = outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(),
}));
