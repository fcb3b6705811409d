namespace Namesake.Bench.Traffic;

/// <summary>What to send, as the commanding program writes it.</summary>
/// <param name="Messages">How many; 0 with <paramref name="Seconds"/>: until then.</param>
/// <param name="Rate">Per second, all sessions together; 0 as fast as it goes.</param>
/// <param name="Brands">Senders take turns at <c>s17@b0.example</c>, <c>s18@b1.example</c>, …</param>
/// <param name="Brand">The first of the brands: 1 begins with b1.</param>
/// <param name="Domains">Recipients take turns at as many domains.</param>
internal sealed record Burst(int Messages, double Seconds, double Rate, int Sessions, int Bytes, int Brands, int Domains, bool Tls, int Port, int Brand = 0);

/// <param name="Broken">Connections that ended before their time; what they carried may have been accepted or not, and is not counted as accepted.</param>
internal sealed record BurstResult(int Accepted, int Refused, int Broken, double Seconds, string? LastRefusal);
