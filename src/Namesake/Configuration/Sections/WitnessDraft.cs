namespace Namesake.Configuration.Sections;

internal sealed record WitnessDraft(Place At, Placed<string>? Host, int Port, bool Reflector, int? ControlPort);
