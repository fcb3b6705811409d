using System.Net;
using Namesake.Lab.Tests.Lab.Hosts;

namespace Namesake.Lab.Tests.Lab.Router;

/// <summary>The router's nftables: mail of each planned source is translated one to one, everything else to the provider's general address. Nobody takes mail on the
/// translated addresses: who knocks from inside hears so at once.</summary>
/// <remarks>A change is one nft transaction: a new connection meets the old translation or the new one, nothing between. Connections that exist keep
/// theirs, as everywhere.</remarks>
public sealed class Translation : IDisposable
{
    private readonly LabHost _router;
    private readonly Dictionary<IPAddress, IPAddress> _now = [];
    private readonly SemaphoreSlim _oneAtATime = new(1);

    private Translation(LabHost router) => _router = router;

    public static async Task<Translation> LoadAsync(LabHost router)
    {
        var translation = new Translation(router);
        await translation.ApplyAsync(
            $$"""
            table ip lab {
                map mail { type ipv4_addr : ipv4_addr; }
                chain out {
                    type nat hook postrouting priority srcnat;
                    ip saddr 10.77.1.0/24 oifname "inet0" tcp dport 25 snat to ip saddr map @mail
                    ip saddr 10.77.1.0/24 oifname "inet0" snat to {{LabPlan.DefaultPublic}}
                }
                chain in {
                    type nat hook prerouting priority dstnat;
                    iifname "lan0" ip daddr 203.0.113.0/25 tcp dport 25 redirect to :9
                }
            }
            """);
        foreach (var brand in LabBrand.All)
        {
            await translation.SetAsync(brand.Local, brand.Public);
        }

        return translation;
    }

    /// <summary>Makes mail from <paramref name="local"/> leave as <paramref name="outside"/>; null: as whatever has no translation of its own.</summary>
    public async Task SetAsync(IPAddress local, IPAddress? outside)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            var before = _now.Remove(local, out var old) ? $"delete element ip lab mail {{ {local} : {old} }}\n" : "";
            var after = outside is null ? "" : $"add element ip lab mail {{ {local} : {outside} }}\n";
            if (before.Length + after.Length > 0)
            {
                await ApplyAsync(before + after);
            }

            if (outside is not null)
            {
                _now[local] = outside;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Turns the translation of one source between wrong and right until the flipping is disposed, which leaves it right.</summary>
    public Flipping Flip(IPAddress local, IPAddress right, IPAddress? wrong, TimeSpan every) => new(this, local, right, wrong, every);

    public async Task ResetAsync()
    {
        var planned = LabBrand.All.ToDictionary(brand => brand.Local, brand => brand.Public);
        foreach (var stray in _now.Keys.Except(planned.Keys).ToArray())
        {
            await SetAsync(stray, null);
        }

        foreach (var (local, outside) in planned)
        {
            if (!_now.TryGetValue(local, out var now) || !now.Equals(outside))
            {
                await SetAsync(local, outside);
            }
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task ApplyAsync(string rules) => (await _router.FeedAsync(rules, "nft", "-f", "-")).MustSucceed();
}
