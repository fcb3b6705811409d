namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>How a receiver's EHLO reply tells the client its address.</summary>
public enum EchoForm
{
    /// <summary><c>250-mx.example at your service, [address]</c>, as Gmail: IPv6 without a tag.</summary>
    Gmail,

    /// <summary><c>250-mx.example Hello name [address], pleased to meet you</c>, as Sendmail and OpenSMTPD: IPv6 with its tag.</summary>
    Sendmail,

    /// <summary>The name alone, as Postfix.</summary>
    None,
}
