using System.Net;

namespace Namesake.Core.Receivers;

/// <summary>One address of one host that takes the mail, in the order it is to be tried.</summary>
/// <param name="Host">The MX host's name, or the route's; what SNI and logs say.</param>
public sealed record NextHop(string Host, IPAddress Address, int Port, int Preference)
{
    public override string ToString() => Host == Address.ToString() ? new IPEndPoint(Address, Port).ToString() : $"{Host} [{Address}]:{Port}";
}
