using Namesake.Lab.Tests.Lab.Clients;
using Namesake.Lab.Tests.Lab.Hosts;
using Namesake.Lab.Tests.Lab.UnderTest;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>All the receivers of the lab that refuse by address and name, asked past the relay: Postfix, Exim, and Postfix with our own <c>namesake policy</c>, which wants all three to agree.</summary>
public sealed class StrictReceivers : IAsyncDisposable
{
    private readonly LabFixture _lab;
    private readonly PolicyUnderTest _policy;
    private readonly FirewallTable _asMail;

    private StrictReceivers(LabFixture lab, PolicyUnderTest policy, FirewallTable asMail) => (_lab, _policy, _asMail) = (lab, policy, asMail);

    public static async Task<StrictReceivers> StartAsync(LabFixture lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        // The port at which Postfix asks the policy isn't port 25, and is to see the same address.
        var asMail = await FirewallTable.LoadAsync(lab.Router, "ip strict", $$"""
            chain out {
            type nat hook postrouting priority srcnat - 5;
            oifname "inet0" tcp dport {{PolicyPort.Client}} snat to ip saddr map { {{string.Join(", ", LabBrand.All.Select(brand => $"{brand.Local} : {brand.Public}"))}} }
            }
            """);
        return new StrictReceivers(lab, await PolicyUnderTest.StartAsync(lab.Postfix.Host, "--policy", "strict"), asMail);
    }

    /// <summary>What each says to this brand's mail from its own address under its own name: empty where it is accepted.</summary>
    public async Task<IReadOnlyList<string>> RefusalsAsync(LabBrand brand, string subject)
    {
        ArgumentNullException.ThrowIfNull(brand);
        var swaks = new Swaks(brand.Ehlo, brand.Local) { From = $"ann@{brand.Domain}" };
        var said = await Task.WhenAll(
            swaks.SendAsync(_lab.Relay, LabReceivers.Postfix, subject),
            swaks.SendAsync(_lab.Relay, LabReceivers.Exim, subject),
            (swaks with { Port = PolicyPort.Client }).SendAsync(_lab.Relay, LabReceivers.Postfix, subject));
        return [.. said.Select(each => each.ExitCode == 0 ? "" : each.Refusal)];
    }

    public async ValueTask DisposeAsync()
    {
        await _policy.DisposeAsync();
        await _asMail.DisposeAsync();
    }
}
