using System.Net;
using Namesake.Lab.Tests.Lab;
using Namesake.Lab.Tests.Lab.Receivers;

namespace Namesake.Lab.Tests.Scenarios.EachCheck;

/// <summary>What answers on the source's own public address: names and certificates, over real TLS.</summary>
[Collection(nameof(SoundRelays))]
public sealed class OwnServer(LabFixture lab, SoundRelays relays) : LabTest(lab)
{
    private static readonly LabBrand Acme = LabBrand.Acme;

    private FrontDoor _door = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _door = FrontDoor.Open(Lab.Edge, new IPEndPoint(Acme.Edge, 25), Acme.EdgeEhlo, relays.Authority.For(Acme.EdgeEhlo));
    }

    [Fact]
    [Trait("Check", "TL-01")]
    public Task A_certificate_for_another_name_is_TL01() => FailsAsync("TL-01 FAIL", () => _door.Certificate = _ => relays.Authority.For("other.acme.example"));

    [Fact]
    [Trait("Check", "TL-01")]
    public Task A_certificate_that_nobody_vouches_for_is_TL01() => FailsAsync("TL-01 FAIL", () => _door.Certificate = _ => relays.Authority.SelfSigned(Acme.EdgeEhlo));

    [Fact]
    [Trait("Check", "TL-02")]
    public Task A_server_that_greets_by_another_name_is_TL02() => FailsAsync("TL-02 WARN", () => _door.Name = "smtp.provider.example");

    [Fact]
    [Trait("Check", "TL-05")]
    public Task A_certificate_that_names_another_brand_is_TL05() => FailsAsync("TL-05 WARN", () => _door.Certificate = _ => relays.Authority.For(Acme.EdgeEhlo, LabBrand.Bravo.Ehlo));

    [Fact]
    [Trait("Check", "TL-06")]
    public Task Another_certificate_for_clients_that_name_no_server_is_TL06() =>
        FailsAsync("TL-06 FAIL", () => _door.Certificate = name => name is null ? relays.Authority.For("smtp.provider.example") : relays.Authority.For(name));

    public override async ValueTask DisposeAsync()
    {
        if (_door is not null)
        {
            await _door.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task FailsAsync(string expected, Action fault)
    {
        var (name, certificate) = (_door.Name, _door.Certificate);
        return new Row(relays.OnEdge, "acme-edge", expected.Split(' ')[0]).FailsAsync(
            () =>
            {
                fault();
                return Task.FromResult<IAsyncDisposable>(new Undo(() =>
                {
                    (_door.Name, _door.Certificate) = (name, certificate);
                    return Task.CompletedTask;
                }));
            },
            expected);
    }
}
