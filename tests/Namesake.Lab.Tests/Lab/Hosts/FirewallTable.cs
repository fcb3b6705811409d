namespace Namesake.Lab.Tests.Lab.Hosts;

/// <summary>One nftables table on a host, loaded whole, and gone when it is disposed.</summary>
public sealed class FirewallTable : IAsyncDisposable
{
    private readonly LabHost _host;
    private readonly string _name;

    private FirewallTable(LabHost host, string name) => (_host, _name) = (host, name);

    /// <param name="name">Family and name: <c>ip shadow</c>.</param>
    /// <param name="chains">As within the braces of the table; a chain's rules each on a line of their own.</param>
    public static async Task<FirewallTable> LoadAsync(LabHost host, string name, string chains)
    {
        ArgumentNullException.ThrowIfNull(host);
        (await host.FeedAsync($"table {name} {{\n{chains}\n}}\n", "nft", "-f", "-")).MustSucceed();
        return new FirewallTable(host, name);
    }

    public async ValueTask DisposeAsync() => (await _host.FeedAsync($"delete table {_name}\n", "nft", "-f", "-")).MustSucceed();
}
