using System.Collections.Immutable;
using System.CommandLine;
using Namesake.Web;
using Namesake.Web.Audits;

namespace Namesake.Cli;

/// <summary>namesake audit: every source of the relay, looked at with everything there is to look with.</summary>
internal static class AuditVerb
{
    /// <summary>Sources looked at beside each other: the relay's own look at mail must not wait for it.</summary>
    private const int AtOnce = 8;

    /// <summary>For one source and one look: name servers that are silent take their time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Command Create(Terminal terminal)
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.ZeroOrMore, Description = "Only these sources. Default: all." };
        var looks = AuditLooks.Option();
        var html = AuditPage.Option();
        var command = new Command("audit", "Looks at every source of the relay with all checks, and says how to put right what is wrong. Ends with 0 when all are aligned, 1 when one is misaligned, 2 when one is unknown.") { ids, looks, html };
        return command.Asking(terminal, async (parsed, relay, cancellation) =>
        {
            var wanted = parsed.GetValue(ids) is { Length: > 0 } given ? given : [.. (await relay.GetAsync("api/v1/sources", ApiJson.Default.PageSourceView, cancellation)).Value.Items.Select(source => source.Id)];
            if (wanted.Length == 0)
                throw new CliException(ExitCode.Usage, "the relay has no sources: there is nothing to audit");
            var people = !parsed.GetValue(RelayOptions.Json);
            var identities = await WorkProgress.ShowAsync(terminal, people, wanted.Length, progress => AllAsync(wanted, parsed.GetValue(looks), relay, progress, cancellation));
            return AuditTables.Report(terminal, people, identities, parsed.GetValue(html), identities.Length == 1 ? $"Identity of {identities[0].Source}" : $"Identity of {identities.Length} sources");
        });
    }

    private static async Task<ImmutableArray<AuditView>> AllAsync(string[] ids, int looks, RelayClient relay, IProgress<string> progress, CancellationToken cancellation)
    {
        var found = new AuditView[ids.Length];
        await Parallel.ForAsync(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (place, stop) =>
        {
            found[place] = (await relay.PostAsync($"api/v1/sources/{Uri.EscapeDataString(ids[place])}/audit?looks={looks}", ApiJson.Default.AuditView, stop, Patience * looks)).Value;
            lock (found)
                progress.Report(ids[place]);
        });
        return [.. found];
    }
}
