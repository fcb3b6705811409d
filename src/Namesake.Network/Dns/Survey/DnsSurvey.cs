using System.Collections.Immutable;
using Namesake.Core.Dns;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Survey;

/// <summary>DNS as receivers see it. For one name: 1. the zone it is in and its servers, looked at once for all names of the zone, 2. the name at every address of every server, over UDP
/// and TCP, 3. on to where a CNAME leads, as most servers say, 4. meanwhile the resolvers, with what they make of the signatures.</summary>
/// <remarks>Everything is bounded: names at once, questions at once and per server, servers, addresses, CNAMEs, time. A server that was silent when its zone was looked at is not asked for each name.</remarks>
public sealed class DnsSurvey : IDnsSurvey, IDisposable
{
    // RFC 2317 needs one CNAME, a provider behind a provider two; what is longer is followed only to say how long it is.
    private const int MostSteps = 6;

    private readonly SurveySettings _settings;
    private readonly Resolver _resolver;
    private readonly TimeProvider _clock;
    private readonly DnsExchange _exchange;
    private readonly SurveyQuestions _questions;
    private readonly ZoneFinder _finder;
    private readonly ZoneLooks _looks;
    private readonly SharedLook<DomainName, ZoneSurvey> _zones;
    private readonly SharedLook<SurveyResolver, ResolverExam> _exams;
    private readonly ClasslessZones _classless;
    private readonly PublicBudget _budget;
    private readonly SemaphoreSlim _atOnce;
    private readonly CancellationTokenSource _ended = new();

    public DnsSurvey(Resolver resolver, SurveySettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        (_resolver, _settings, _clock) = (resolver, settings, clock);
        _exchange = new DnsExchange(settings.InFlight, clock, new DnsConnections(clock));
        _questions = new SurveyQuestions(settings, _exchange, clock);
        _finder = new ZoneFinder(resolver.Settings, resolver.Path, resolver, clock);
        _looks = new ZoneLooks(settings, resolver, _finder, _questions, clock);
        _zones = new(settings.RememberedZones, _looks.LookAsync, zone => zone.At, clock, _ended.Token);
        var exams = new ResolverExams(settings, _questions, clock);
        _exams = new(1000, exams.TakeAsync, exam => exam.Signed.Answer.At, clock, _ended.Token);
        _classless = new ClasslessZones(settings, _questions, clock, _ended.Token);
        _budget = new PublicBudget(settings.PublicQuestionsPerMinute, clock);
        _atOnce = new SemaphoreSlim(settings.AtOnce);
    }

    public DomainName ControlZone => _settings.ControlZone;

    public async Task<NameSurvey> SurveyAsync(DomainName name, RecordType type, TimeSpan? oldest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        await _atOnce.WaitAsync(cancellation);
        try
        {
            using var time = new SurveyTime(_settings.TotalTime, _clock, cancellation);
            var survey = new NameSurvey(name, type, _settings.Vantage, _clock.GetUtcNow());
            var resolvers = AskResolversAsync(name, type, time); // 4.
            survey = await WalkAsync(survey, oldest ?? _settings.ZoneMemory, time);
            return survey with { Resolvers = await resolvers };
        }
        finally
        {
            _atOnce.Release();
        }
    }

    public Task<ZoneSurvey> SurveyZoneAsync(DomainName zone, TimeSpan? oldest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return _zones.GetAsync(zone, oldest ?? _settings.ZoneMemory, cancellation);
    }

    public async Task<ImmutableArray<ResolverExam>> ExamineResolversAsync(CancellationToken cancellation) =>
        [.. await Task.WhenAll(Resolvers().Select(resolver => _exams.GetAsync(resolver, _settings.ExamMemory, cancellation)))];

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _exchange.Dispose();
        _atOnce.Dispose();
    }

    private async Task<NameSurvey> WalkAsync(NameSurvey survey, TimeSpan oldest, SurveyTime time)
    {
        var steps = ImmutableArray.CreateBuilder<SurveyStep>();
        var zones = ImmutableArray.CreateBuilder<ZoneSurvey>();
        var (at, ending, trouble) = (survey.Name, SurveyEnding.Complete, (string?)null);
        DomainName? unused = null;
        try
        {
            while (true)
            {
                (var zone, trouble) = await _finder.ZoneOfAsync(at, time.Token); // 1.
                if (zone is null)
                {
                    steps.Add(new SurveyStep(at, null, []));
                    ending = SurveyEnding.NoZone;
                    break;
                }
                var look = await _zones.GetAsync(zone, oldest, time.Token);
                if (zones.All(known => known.Zone != zone))
                    zones.Add(look);
                trouble = look.Trouble;
                var step = new SurveyStep(at, zone, [.. await Task.WhenAll(look.Servers.Select(server => AskServerAsync(server, at, survey.Type, time)))]); // 2.
                steps.Add(step);
                if (NextOf(step) is not { } next) // 3.
                {
                    if (steps.Count == 1 && survey.Type == RecordType.Ptr && step.Contents is [""])
                        unused = await _classless.FindAsync(at, _looks.EndPointOf(step.Servers.First(server => server.IsHeard).Address), oldest, time.Token);
                    break;
                }
                if (steps.Any(met => met.At == next))
                {
                    (ending, trouble) = (SurveyEnding.Loop, $"{at} leads back to {next}");
                    break;
                }
                if (steps.Count == MostSteps)
                {
                    (ending, trouble) = (SurveyEnding.TooDeep, $"more than {MostSteps - 1} CNAMEs in a row");
                    break;
                }
                at = next;
            }
        }
        catch (OperationCanceledException) when (time.IsOver)
        {
            (ending, trouble) = (SurveyEnding.NoZone, $"not found out within {_settings.TotalTime.TotalSeconds:0} s");
            if (steps.All(step => step.At != at))
                steps.Add(new SurveyStep(at, null, []));
        }
        return survey with { Steps = steps.ToImmutable(), Zones = zones.ToImmutable(), Ending = ending, Trouble = trouble, UnusedChildZone = unused };
    }

    /// <summary>Where most of those that give a CNAME lead.</summary>
    private static DomainName? NextOf(SurveyStep step) => step.Servers.Select(server => server.Words.FirstOrDefault(word => word.AliasTo is not null)?.AliasTo).OfType<DomainName>()
        .GroupBy(target => target).OrderByDescending(group => group.Count()).ThenBy(group => group.Key.Value, StringComparer.Ordinal).FirstOrDefault()?.Key;

    private async Task<ServerWord> AskServerAsync(ZoneServerLook server, DomainName name, RecordType type, SurveyTime time)
    {
        var endPoint = _looks.EndPointOf(server.Address);
        async Task<DnsWord> AskAsync(DnsWord look, DnsTransport transport) => IsSilent(look)
            ? look with { WasAsked = false, Answer = look.Answer with { Name = name, Type = type } }
            : await _questions.AskServerAsync(server.ToString(), endPoint, name, type, transport, time);
        var overUdp = AskAsync(server.Soa, DnsTransport.Udp);
        // An answer that didn't fit is asked for over TCP in any case.
        var overTcp = _settings.EveryNameOverTcp || (await overUdp).Outcome == DnsOutcome.Truncated ? AskAsync(server.SoaOverTcp, DnsTransport.Tcp) : null;
        return new ServerWord(server.Server, server.Address, await overUdp, overTcp is null ? null : await overTcp);
    }

    private async Task<ImmutableArray<ResolverWord>> AskResolversAsync(DomainName name, RecordType type, SurveyTime time)
    {
        // Over UDP and over TCP.
        var asked = Resolvers().Where(resolver => _budget.Take(resolver, 2)).Select(resolver => AskResolverAsync(resolver, name, type, time));
        return [.. await Task.WhenAll(asked)];
    }

    private async Task<ResolverWord> AskResolverAsync(SurveyResolver resolver, DomainName name, RecordType type, SurveyTime time)
    {
        var exam = await ExamAsync(resolver, time);
        if (exam is not null && IsSilent(exam.Absent) && IsSilent(exam.Signed))
        {
            var silent = exam.Absent with { WasAsked = false, Answer = exam.Absent.Answer with { Name = name, Type = type } };
            return new ResolverWord(resolver, silent, silent with { Transport = DnsTransport.Tcp }, null, null, exam);
        }
        var overTcp = _questions.AskResolverAsync(resolver, name, type, new DnsManner(Recursion: true, DnsTransport.Tcp), time);
        var overUdp = await _questions.AskResolverAsync(resolver, name, type, new DnsManner(Recursion: true, DnsTransport.Udp), time);
        var word = new ResolverWord(resolver, overUdp, await overTcp, null, null, exam);
        if (overUdp.Outcome != DnsOutcome.ServerFailure || !_budget.Take(resolver, 2))
            return word;
        var unvalidated = await _questions.AskResolverAsync(resolver, name, type, new DnsManner(Recursion: true, CheckingDisabled: true), time);
        var again = unvalidated.IsDefinite ? await _questions.AskResolverAsync(resolver, name, type, new DnsManner(Recursion: true), time) : null;
        return word with { Unchecked = unvalidated, Again = again };
    }

    private async Task<ResolverExam?> ExamAsync(SurveyResolver resolver, SurveyTime time)
    {
        try
        {
            return await _exams.GetAsync(resolver, _settings.ExamMemory, time.Token);
        }
        catch (OperationCanceledException) when (time.IsOver)
        {
            return null;
        }
    }

    private IEnumerable<SurveyResolver> Resolvers() =>
        (_settings.Resolvers.IsDefaultOrEmpty ? _resolver.Path.Servers : _settings.Resolvers).Distinct().Take(_settings.MostResolvers).Select(endPoint => KnownResolvers.Of(endPoint, _settings.TreatAsPublic));

    private static bool IsSilent(DnsWord word) => word.Outcome is DnsOutcome.TimedOut or DnsOutcome.Unreachable;
}
