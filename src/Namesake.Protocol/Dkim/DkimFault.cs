namespace Namesake.Protocol.Dkim;

/// <summary>Why a message can't be signed.</summary>
public enum DkimFault
{
    /// <summary>No From field, which every signature must cover. RFC 6376 §5.4</summary>
    NoFrom,

    /// <summary>The header is longer than <see cref="Headers.HeaderScan.MaxOctets"/>, or has no end within it.</summary>
    HeaderTooLong,

    /// <summary>More than <see cref="DkimMessage.MaxSignedFields"/> fields would have to be named; a message has one Subject, not hundreds. RFC 5322 §3.6</summary>
    TooManyFields,
}
