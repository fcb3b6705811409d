namespace Namesake.Web.Sources;

/// <summary>What came of draining a source: every later message goes over a connection made after.</summary>
/// <param name="Sessions">Connections there were. Those that waited for work are closed; one that carries a message is when that is over.</param>
public sealed record DrainView(string Source, int Sessions);
