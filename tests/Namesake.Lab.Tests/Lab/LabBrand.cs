using System.Net;

namespace Namesake.Lab.Tests.Lab;

/// <summary>One brand as the lab's operator planned it: what its mail should look like from outside.</summary>
/// <param name="Ehlo">The name it says, the name its PTR gives, and the name that leads back to <paramref name="Public"/>.</param>
/// <param name="Local">Its address on the relay, translated one to one to <paramref name="Public"/> for port 25.</param>
/// <param name="V6">Its IPv6 address, the same on the relay and outside.</param>
/// <param name="Edge">Its address on the host that has public addresses itself, known outside as <paramref name="EdgeEhlo"/>.</param>
public sealed record LabBrand(string Id, string Domain, string Ehlo, IPAddress Local, IPAddress Public, IPAddress V6, IPAddress Edge, string EdgeEhlo)
{
    public static LabBrand Acme { get; } = Plan("acme", 5);

    public static LabBrand Bravo { get; } = Plan("bravo", 6);

    public static LabBrand Cargo { get; } = Plan("cargo", 7);

    public static IReadOnlyList<LabBrand> All { get; } = [Acme, Bravo, Cargo];

    private static LabBrand Plan(string id, int number) => new(
        id,
        $"{id}.example",
        $"mail.{id}.example",
        IPAddress.Parse($"10.77.1.{number}"),
        IPAddress.Parse($"203.0.113.{number}"),
        IPAddress.Parse($"2001:db8:77::{number}"),
        IPAddress.Parse($"203.0.113.{130 + number}"),
        $"edge.{id}.example");
}
