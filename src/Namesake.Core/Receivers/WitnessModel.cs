namespace Namesake.Core.Receivers;

/// <summary>A well-known receiver that echoes our address, asked by EHLO and QUIT. Configured, never chosen by a recipient.</summary>
/// <param name="Host">Host name or address.</param>
/// <param name="IsReflector">Our own responder outside the translation: its word alone holds a source.</param>
public sealed record WitnessModel(string Host, int Port, bool IsReflector);
