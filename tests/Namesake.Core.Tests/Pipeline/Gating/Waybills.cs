using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Pipeline.Gating;

internal static class Waybills
{
    private static readonly Source From = new() { Id = new SourceId("a"), LocalAddress = IPAddress.Loopback, PublicAddress = IPAddress.Loopback, Ehlo = HostName.Parse("mail.acme.test") };

    public static Waybill Of(string brand, string destination = "mx", long id = 1) => new(
        new Consignment(new MessageId(id), new QueueId(1), new QueueKey(new BrandId(brand), From.Id, DomainName.Parse("sink.test")), null, false, false, null, null, 10, false, "client",
            [new QueuedRecipient(0, Mailbox.Parse("bob@sink.test"), null, null, 1, null, false)], DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null),
        From,
        new Reachable(new SiteId("sink.test"), destination, [new NextHop("mx.sink.test", IPAddress.Loopback, 25, 0)], RouteIdentity.Public, 10, "MX", DateTimeOffset.MaxValue));
}
