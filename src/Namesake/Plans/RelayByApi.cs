using System.Collections.Immutable;
using Namesake.Cli;
using Namesake.Core.Plans.Applying;
using Namesake.Core.Sources;
using Namesake.Web;

namespace Namesake.Plans;

/// <summary>The relay that may be running on this node, asked by its API.</summary>
internal sealed class RelayByApi(string? configuration) : IRelayAtWork
{
    private const int AtOnce = 8;

    private RelayClient Open() => RelayClient.For(configuration, null, null, new Terminal(TextWriter.Null, TextWriter.Null, forPeople: false, null));

    public async Task<string?> NoticeAsync(CancellationToken cancellation)
    {
        try
        {
            using var client = Open();
            await client.PostAsync("api/v1/plans/notice", ApiJson.Default.PlanNoticeView, cancellation);
            return null;
        }
        catch (CliException unreachable)
        {
            // Perhaps none is running here. Whether it is that, only a person can tell.
            return unreachable.Message;
        }
    }

    public async Task<string> DrainAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation)
    {
        if (sources.IsEmpty)
            return "no source of the relay is concerned";
        try
        {
            using var client = Open();
            var sessions = 0;
            await Parallel.ForEachAsync(sources, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (source, stop) =>
                Interlocked.Add(ref sessions, (await client.PostAsync($"api/v1/sources/{Uri.EscapeDataString(source.Value)}/drain", ApiJson.Default.DrainView, stop)).Value.Sessions));
            return $"the relay sends over new connections from here on; {(sessions == 0 ? "it had none open" : $"of {Tables.Count(sessions, "old one")} those that carried nothing are closed")}";
        }
        catch (CliException unreachable)
        {
            return $"the relay was not asked to close its connections: {unreachable.Message}";
        }
    }
}

/// <summary>There is none, or it is ourselves at the start.</summary>
internal sealed class NoRelay : IRelayAtWork
{
    public Task<string?> NoticeAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

    public Task<string> DrainAsync(ImmutableArray<SourceId> sources, CancellationToken cancellation) => Task.FromResult("no relay is running yet");
}
