namespace Namesake.Protocol.Smtp.Commands;

/// <summary>What MAIL says of the content's octets. RFC 6152 §2, RFC 3030 §3</summary>
public enum BodyType
{
    SevenBit,
    EightBitMime,
    BinaryMime,
}
