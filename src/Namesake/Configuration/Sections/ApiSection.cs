using System.Net;
using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

internal static class ApiSection
{
    public static readonly Key<IPEndPoint> Address = Key.Optional("address", Form.EndPointWithPort(8025), new ApiSettings().Address,
        "Where it listens. Loopback unless you say otherwise; the CLI logs in with a token file in `data`, readable by its owner only. Port 0 takes any free port.");

    public static readonly Section Section = new("api", "The REST API. The CLI speaks to it.", [Address]);

    public static ApiSettings Read(SectionReader reader) => new() { Address = reader.Get(Address) };
}
