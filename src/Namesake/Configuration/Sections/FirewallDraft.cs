using Namesake.Network.Firewall;

namespace Namesake.Configuration.Sections;

/// <param name="Settings">Null when something it needs was missing or wrong; that has been reported.</param>
internal sealed record FirewallDraft(Place At, Placed<string>? Id, FirewallSettings? Settings);
