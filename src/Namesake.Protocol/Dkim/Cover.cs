namespace Namesake.Protocol.Dkim;

/// <summary>Against what a header field is protected. A name that stands once more in <c>h=</c> than the field does in the header says that there is no further one. RFC 6376 §5.4, §8.15</summary>
internal enum Cover
{
    /// <summary>What is there can't be changed; more may be added on the way, as those who resend or lists do.</summary>
    Present,

    /// <summary>Where the message has the field nobody can add another; where it has none, a server on the way may still add it.</summary>
    PresentAndNoMore,

    /// <summary>Nobody can add one, even where the message has none.</summary>
    NoMoreEver,
}
