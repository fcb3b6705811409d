namespace Namesake.Protocol.Smtp.Commands;

/// <summary>When a sender wants to hear of a recipient. RFC 3461 §4.1</summary>
[Flags]
public enum DsnNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}
