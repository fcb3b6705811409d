using System.Collections.Frozen;
using Namesake.Fuzz.Targets;

namespace Namesake.Fuzz;

/// <summary>All targets by the name of their corpus folder.</summary>
public static class FuzzTargets
{
    public static readonly FrozenDictionary<string, FuzzTarget> All = new Dictionary<string, FuzzTarget>
    {
        ["address-list"] = HeaderTargets.AddressList,
        ["bounce"] = BounceTarget.Bounce,
        ["chunk"] = ContentTargets.Chunk,
        ["command"] = CommandTargets.Command,
        ["connections"] = FirewallTargets.Connections,
        ["content"] = ContentTargets.Content,
        ["dkim"] = DkimTargets.Message,
        ["dkim-key"] = DkimTargets.Key,
        ["dns-message"] = DnsTargets.Message,
        ["dkim-record"] = AuthenticationTargets.KeyRecord,
        ["dmarc"] = AuthenticationTargets.Dmarc,
        ["domain-name"] = AddressTargets.DomainName,
        ["greeting"] = InboundTargets.Greeting,
        ["generic-name"] = NameTargets.GenericName,
        ["header"] = HeaderTargets.Header,
        ["helo-echo"] = InboundTargets.HeloEcho,
        ["ip-range"] = AddressTargets.IPRange,
        ["iptables"] = FirewallTargets.Iptables,
        ["mapping-list"] = FirewallTargets.MappingLines,
        ["mailbox"] = AddressTargets.Mailbox,
        ["own-table"] = FirewallTargets.OurTable,
        ["plan"] = PlanTargets.Document,
        ["plan-form"] = PlanTargets.Form,
        ["plan-journal"] = PlanTargets.Journal,
        ["powerdns-answer"] = DnsProviderTargets.PowerDnsAnswer,
        ["program-answer"] = DnsProviderTargets.ProgramAnswer,
        ["signed-answer"] = DnsProviderTargets.SignedAnswer,
        ["policy-request"] = PolicyTarget.Request,
        ["output-names"] = AuthenticationTargets.OutputName,
        ["queue-filter"] = QueueFilterTarget.QueueFilter,
        ["rdap"] = InboundTargets.Rdap,
        ["received"] = HeaderTargets.Received,
        ["reflector"] = ReflectorTargets.Reflector,
        ["reflector-report"] = ReflectorTargets.Report,
        ["refusal"] = RefusalTarget.Refusal,
        ["reply"] = ReplyTargets.Reply,
        ["reply-text"] = ReplyTargets.ReplyText,
        ["report"] = AuthenticationTargets.Report,
        ["report-document"] = AuthenticationTargets.ReportMail,
        ["ruleset"] = FirewallTargets.Ruleset,
        ["reverse-zone"] = NameTargets.ReverseZone,
        ["session"] = SessionTarget.Session,
        ["spf"] = AuthenticationTargets.Spf,
        ["stuffing"] = ContentTargets.Stuffing,
        ["suppression-line"] = SuppressionTarget.Line,
    }.ToFrozenDictionary();
}
