using System.Globalization;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Survey;

/// <summary>Looks for a classless child zone that nobody points into: the customer has made his zone, the holder of the block forgot the CNAMEs. RFC 2317 §4, RFC 4183</summary>
/// <remarks>Only for a name without a record, and only under the names in use: network/length, network-length and first-last. A child may be named otherwise; then nothing is found.</remarks>
internal sealed class ClasslessZones
{
    private const int ShortestPrefix = 25, LongestPrefix = 30;

    private readonly SurveySettings _settings;
    private readonly SurveyQuestions _questions;
    private readonly TimeProvider _clock;
    private readonly SharedLook<(DomainName Zone, IPEndPoint Server), Sighting> _sightings;

    public ClasslessZones(SurveySettings settings, SurveyQuestions questions, TimeProvider clock, CancellationToken ended)
    {
        (_settings, _questions, _clock) = (settings, questions, clock);
        _sightings = new(settings.RememberedZones, LookAsync, sighting => sighting.At, clock, ended);
    }

    /// <param name="server">One that denied the name with authority: it knows what is delegated below.</param>
    public async Task<DomainName?> FindAsync(DomainName name, IPEndPoint server, TimeSpan oldest, CancellationToken cancellation)
    {
        if (!ReverseName.TryParse(name, out var address) || address.GetAddressBytes() is not [_, _, _, var octet])
            return null;
        var seen = await Task.WhenAll(Candidates(octet).Select(label => _sightings.GetAsync((DomainName.Parse($"{label}.{name.Parent}"), server), oldest, cancellation)));
        return seen.FirstOrDefault(each => each.IsThere)?.Zone;
    }

    private async Task<Sighting> LookAsync((DomainName Zone, IPEndPoint Server) key, CancellationToken cancellation)
    {
        using var time = new SurveyTime(_settings.TotalTime, _clock, cancellation);
        var (exchanged, at, _) = await _questions.AskAsync(key.Server, key.Zone, RecordType.NS, new DnsManner(Recursion: false), time);
        var isThere = exchanged.Reply is { ResponseCode: 0 } reply
            && reply.Answers.Concat(reply.Authorities).Any(record => record.Type == (int)RecordType.NS && record.Owner == key.Zone.Value);
        return new Sighting(key.Zone, isThere, at);
    }

    private static IEnumerable<string> Candidates(int octet)
    {
        for (var length = ShortestPrefix; length <= LongestPrefix; length++)
        {
            var size = 1 << (32 - length);
            var first = octet / size * size;
            yield return string.Create(CultureInfo.InvariantCulture, $"{first}/{length}");
            yield return string.Create(CultureInfo.InvariantCulture, $"{first}-{length}");
            yield return string.Create(CultureInfo.InvariantCulture, $"{first}-{first + size - 1}");
        }
    }

    private sealed record Sighting(DomainName Zone, bool IsThere, DateTimeOffset At);
}
