namespace Namesake.Protocol.Smtp.Commands;

/// <summary>How much of a message a bounce shall return. RFC 3461 §4.3</summary>
public enum DsnReturn
{
    Full,
    Headers,
}
