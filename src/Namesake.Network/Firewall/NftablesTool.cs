using System.Text;
using Namesake.Core.Firewall;
using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>Our own table by nft.</summary>
internal sealed class NftablesTool(FirewallTools tools, TimeProvider time) : IRuleTool
{
    private const int MostOutput = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Command => "nft -f FILE";

    public string Package => "nftables";

    public async Task<ToolReading> ReadAsync(CancellationToken cancellation)
    {
        var node = await NodeRules.ReadAsync(tools, withIptables: false, time, cancellation);
        if (node.Json is not { } json || OwnTable.Read(json) is not { } own)
            return new ToolReading(new FirewallReading(null, "", null, node.NftTrouble ?? "what `nft -j list ruleset` prints can't be read"), NoScript);
        var text = "";
        if (own.Handle != 0)
        {
            var list = await ProgramRun.OfAsync([.. tools.Nft, "list", "table", "ip", Core.Firewall.Rendering.NftablesText.Table], null, RulesetReader.MostOctets, Patience, time, cancellation);
            if (!list.IsDone)
                return new ToolReading(new FirewallReading(null, "", node.Rules, ToolTrouble.Of("nft list table ip namesake", list, Package)), NoScript);
            text = Encoding.UTF8.GetString(list.Output);
        }
        return new ToolReading(new FirewallReading(own.Ours, text, node.Rules, own.Trouble), made => NftablesScript.Of(own, made));
    }

    // Standard input does here: what is cut off because we are killed has no effect either.
    public Task<ProgramRun> CheckAsync(string script, CancellationToken cancellation) =>
        ProgramRun.OfAsync([.. tools.Nft, "-c", "-f", "-"], Encoding.ASCII.GetBytes(script), MostOutput, Patience, time, cancellation);

    public async Task<ProgramRun> LoadAsync(string script, FirewallLock held, CancellationToken cancellation)
    {
        var file = held.Script;
        try
        {
            // From a file, not through a pipe: of a text that ends early because we were killed nft would make what it has got.
            await File.WriteAllTextAsync(file, script, Encoding.ASCII, cancellation);
            return await ProgramRun.OfAsync([.. tools.Nft, "-f", file], null, MostOutput, Patience, time, cancellation, held.Handle);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return new ProgramRun(ProgramEnd.NotStarted, 0, [], $"{file} can't be written: {trouble.Message}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string NoScript(TranslationTable? table) => throw new InvalidOperationException("what isn't understood is not written over");
}
