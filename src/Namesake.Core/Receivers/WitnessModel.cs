namespace Namesake.Core.Receivers;

/// <summary>A well-known receiver that echoes our address, asked by EHLO and QUIT. Configured, never chosen by a recipient.</summary>
/// <param name="Host">Host name or address.</param>
/// <param name="IsReflector">Our own responder outside the translation: its word alone holds a source.</param>
/// <param name="ControlPort">Another port the same host listens on: when it answers and port 25 doesn't, only port 25 is closed on the way. Null: there is none.</param>
public sealed record WitnessModel(string Host, int Port, bool IsReflector, int? ControlPort = null);
