namespace Namesake.Core.Receivers;

/// <summary>What a way asks of TLS before a message goes over it. A closed family: MTA-STS and DANE are members of it when they are known.</summary>
public abstract record TlsPolicy
{
    public static TlsPolicy Opportunistic { get; } = new OpportunisticTls();

    private sealed record OpportunisticTls : TlsPolicy
    {
        public override string ToString() => "opportunistic";
    }
}
