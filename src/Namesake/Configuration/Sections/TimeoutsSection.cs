using Namesake.Configuration.Forms;
using Namesake.Core.Pipeline.Delivery;

namespace Namesake.Configuration.Sections;

internal static class TimeoutsSection
{
    private static readonly DeliveryTimeouts Defaults = new();
    private static readonly Form<TimeSpan> Patience = Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    public static readonly Key<TimeSpan> Connect = Key.Optional("connect", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), Defaults.Connect, "TCP connect to one address.");
    public static readonly Key<TimeSpan> Greeting = Key.Optional("greeting", Patience, Defaults.Greeting, "The first 220 (RFC 5321 §4.5.3.2.1).");
    public static readonly Key<TimeSpan> Command = Key.Optional("command", Patience, Defaults.Command, "EHLO, STARTTLS with its handshake, MAIL, RSET (§4.5.3.2.2).");
    public static readonly Key<TimeSpan> Recipient = Key.Optional("recipient", Patience, Defaults.Recipient, "RCPT (§4.5.3.2.3).");
    public static readonly Key<TimeSpan> Data = Key.Optional("data", Patience, Defaults.Data, "The 354 to DATA (§4.5.3.2.4).");
    public static readonly Key<TimeSpan> ContentChunk = Key.Optional("contentChunk", Patience, Defaults.ContentChunk, "Taking the next piece of content; measures progress (§4.5.3.2.5).");
    public static readonly Key<TimeSpan> FinalDot = Key.Optional("finalDot", Patience, Defaults.FinalDot, "The reply to the final dot (§4.5.3.2.6). Giving up earlier makes duplicates.");
    public static readonly Key<TimeSpan> Idle = Key.Optional("idle", Form.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(5)), Defaults.Idle, "How long a session without work is kept for the next message.");

    public static readonly Section Section = new("delivery.timeouts", "How long a receiver may take for each step. The defaults are the least RFC 5321 §4.5.3.2 asks a sender to wait.",
        [Connect, Greeting, Command, Recipient, Data, ContentChunk, FinalDot, Idle]);

    public static DeliveryTimeouts Read(SectionReader reader) => new()
    {
        Connect = reader.Get(Connect),
        Greeting = reader.Get(Greeting),
        Command = reader.Get(Command),
        Recipient = reader.Get(Recipient),
        Data = reader.Get(Data),
        ContentChunk = reader.Get(ContentChunk),
        FinalDot = reader.Get(FinalDot),
        Idle = reader.Get(Idle),
    };
}
