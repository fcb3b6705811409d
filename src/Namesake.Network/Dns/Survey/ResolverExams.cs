using System.Collections.Immutable;
using System.Security.Cryptography;
using Namesake.Core.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Survey;

/// <summary>Asks a resolver what is known beforehand: a name that can't exist, and one that is signed.</summary>
internal sealed class ResolverExams(SurveySettings settings, SurveyQuestions questions, TimeProvider clock)
{
    public async Task<ResolverExam> TakeAsync(SurveyResolver resolver, CancellationToken cancellation)
    {
        using var time = new SurveyTime(settings.TotalTime, clock, cancellation);
        var absent = questions.AskResolverAsync(resolver, MadeUp(), RecordType.A, new DnsManner(Recursion: true), time);
        var (exchanged, at, asked) = await questions.AskAsync(resolver.EndPoint, settings.ControlZone, RecordType.Soa, new DnsManner(Recursion: true, Signatures: true), time);
        var (name, label) = (settings.ControlZone, resolver.ToString());
        if (exchanged.Reply is not { } reply)
            return new ResolverExam(resolver, await absent, SurveyQuestions.Silence(name, RecordType.Soa, label, DnsTransport.Udp, exchanged, at) with { WasAsked = asked }, null);
        var reading = DnsReading.Of(reply, name, RecordType.Soa);
        var answer = new DnsAnswer(name, RecordType.Soa, reading.Outcome, reading.Records, reading.Aliases, reading.Ttl, reply.Authoritative, reply.Authenticated, label, at);
        return new ResolverExam(resolver, await absent, new DnsWord(answer, DnsTransport.Udp, exchanged.Took), SpanOf(reply, at));
    }

    /// <summary>As long as no registrant would choose, and different each time so that nobody can prepare for it.</summary>
    private DomainName MadeUp() => DomainName.Parse($"nx-{RandomNumberGenerator.GetHexString(24, lowercase: true)}.{settings.AbsentUnder}");

    private static SignatureSpan? SpanOf(WireMessage reply, DateTimeOffset now)
    {
        var spans = reply.Answers.Where(record => record is { Type: WireMessage.SignatureType, Number: (uint)RecordType.Soa })
            .Select(record => new SignatureSpan(Near(record.ValidFrom, now), Near(record.ValidTo, now))).ToImmutableArray();
        return spans.IsEmpty ? null : new SignatureSpan(spans.Min(span => span.From), spans.Max(span => span.To));
    }

    /// <summary>Seconds modulo 2^32 mean the time within 68 years of now: RFC 4034 §3.1.5.</summary>
    private static DateTimeOffset Near(uint seconds, DateTimeOffset now) => now.AddSeconds((int)(seconds - (uint)now.ToUnixTimeSeconds()));
}
