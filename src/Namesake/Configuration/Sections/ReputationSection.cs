using System.Collections.Immutable;
using Namesake.Configuration.Forms;
using Namesake.Core.Identity.Probes;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal static class ReputationSection
{
    public static readonly Key<ImmutableArray<Placed<SectionReader>>> Lists = Key.Optional("lists", Form.List(Form.Group(ReputationListSection.Section), "lists"), [], "DNS lists. Without any, none is asked.");
    public static readonly Key<bool> Registry = Key.Optional("registry", Form.YesOrNo, false, "Ask the registry of an address (RDAP, over HTTPS) for its abuse contact.");
    public static readonly Key<Mailbox> MailEcho = Key.Optional("mailEcho", Form.Mailbox,
        "A mail echo service, such as `helocheck@abuseat.org`: once a day each aligned source offers it a message, and it refuses with the address and the EHLO name it sees (RP-04). Without one, none is asked.");

    public static readonly Section Section = new("reputation", "Whom an audit asks about addresses and names beyond DNS itself. Nobody, unless named here: each has terms of use.", [Lists, Registry, MailEcho]);

    public static ListingOptions Read(SectionReader reader, Reading reading)
    {
        var lists = reader.Get(Lists).Select(entry => (entry.At, List: ReputationListSection.Read(entry.Value, reading))).ToList();
        foreach (var twice in lists.Where(entry => entry.List is not null).GroupBy(entry => entry.List!.Zone).SelectMany(group => group.Skip(1)))
            reading.Problems.Error(twice.At, $"reputation: lists: {twice.List!.Title} stands here twice");
        return new ListingOptions { Lists = [.. lists.Select(entry => entry.List).OfType<DnsList>()], AskRegistry = reader.Get(Registry), MailEcho = reader.Find(MailEcho)?.Value };
    }
}
