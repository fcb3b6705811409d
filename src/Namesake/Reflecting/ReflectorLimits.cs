namespace Namesake.Reflecting;

/// <summary>What an open reflector gives to whoever comes. Everything is small: an honest client says EHLO and QUIT within a second.</summary>
public sealed record ReflectorLimits
{
    /// <summary>Connections at the same time.</summary>
    /// <value>Default 500. Range 1 to 100,000. Above it a client hears 421.</value>
    public int Connections { get; init; } = 500;

    /// <summary>Connections at the same time from one IPv4 address or one IPv6 /64.</summary>
    /// <value>Default 20: a relay asks for each of its sources, and several of them may stand behind one translation.</value>
    public int ConnectionsPerAddress { get; init; } = 20;

    /// <summary>Sessions a minute from one IPv4 /24 or one IPv6 /64, which is also the most at once.</summary>
    /// <value>Default 300: a relay that has the whole /24 can ask for every address within the minute after its start.</value>
    public int SessionsPerNetwork { get; init; } = 300;

    /// <summary>Looks at DNS a minute for one such network; what is above is told the address alone.</summary>
    /// <value>Default 300, as many as sessions: a session costs one look, unless its name and address were looked at within <see cref="Remembered"/>.</value>
    public int LooksPerNetwork { get; init; } = 300;

    /// <summary>Different names looked at for one address within <see cref="Remembered"/>: nobody makes us ask for a dictionary of other people's names.</summary>
    /// <value>Default 3.</value>
    public int NamesPerAddress { get; init; } = 3;

    /// <summary>Looks at DNS at the same time.</summary>
    /// <value>Default 32, as many as the relay's own.</value>
    public int LooksAtOnce { get; init; } = 32;

    /// <summary>How long what was found is told again without asking.</summary>
    /// <value>Default 1 minute: long enough for a probe's retry, short enough for whoever mends a record and looks again.</value>
    public TimeSpan Remembered { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long EHLO waits for DNS. The look goes on, and is there for the next session.</summary>
    /// <value>Default 5 seconds: well below the 15 the relay's probe has patience for.</value>
    public TimeSpan LookWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest a look at DNS may take in all.</summary>
    /// <value>Default 20 seconds.</value>
    public TimeSpan LookAtMost { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest session.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan Session { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest time between two commands, and for one line from its first octet to its last.</summary>
    /// <value>Default 20 seconds. RFC 5321 §4.5.3.2.7 asks a server that takes mail for 5 minutes; this one takes none.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(20);
}
