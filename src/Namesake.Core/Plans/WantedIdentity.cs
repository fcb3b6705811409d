using System.Net;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans;

/// <summary>What the outside must see of one local address: the explicit wish a plan is made for, never derived from records.</summary>
/// <param name="Source">Null: a server that isn't ours, from a list.</param>
public sealed record WantedIdentity(SourceId? Source, IPAddress Local, IPAddress Public, HostName Ehlo);
