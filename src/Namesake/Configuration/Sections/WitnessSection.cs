using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

/// <summary>Who is asked which address we come from.</summary>
internal static class WitnessSection
{
    public static readonly Key<string> Host = Key.Required("host", Form.HostOrAddress, "Its name or address.");
    public static readonly Key<int> Port = Key.Optional("port", Form.WholeNumber(1, 65_535), 25, "Its port.");
    public static readonly Key<bool> Reflector = Key.Optional("reflector", Form.YesOrNo, false, "It is ours (`namesake reflect`): its word alone counts. Of other witnesses, two independent ones are needed to hold a source.");

    public static readonly Key<int> ControlPort = Key.Optional("controlPort", Form.WholeNumber(1, 65_535),
        "Another port of a reflector of ours (`namesake reflect --listen`): where it answers and port 25 doesn't, port 25 alone is blocked on the way (EG-07). No address is learnt there: translation may be for port 25 only.");

    public static readonly Section Section = new("witnesses[]",
        "Well-known receivers that repeat the client's address in their EHLO reply, and reflectors of ours. They are asked by EHLO and QUIT; never chosen by a recipient.",
        [Host, Port, Reflector, ControlPort]);

    public static WitnessDraft Read(SectionReader reader) => new(reader.At, reader.Find(Host), reader.Get(Port), reader.Get(Reflector), reader.Find(ControlPort)?.Value);
}
