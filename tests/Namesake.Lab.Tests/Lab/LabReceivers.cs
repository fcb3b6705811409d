namespace Namesake.Lab.Tests.Lab;

/// <summary>The receivers of the lab, each at its own address with its own domain.</summary>
public static class LabReceivers
{
    /// <summary>Postfix, which refuses a client whose name isn't confirmed forwards, and an EHLO name that isn't found.</summary>
    public static LabReceiver Postfix { get; } = new("postfix.example", LabPlan.Postfix);

    /// <summary>Exim, which refuses an EHLO name that isn't the client's, and echoes the client's address.</summary>
    public static LabReceiver Exim { get; } = new("exim.example", LabPlan.Exim);

    /// <summary>A receiver of the lab's own that echoes the client's address in Gmail's words.</summary>
    public static LabReceiver Echo { get; } = new("echo.example", LabPlan.Echo);

    /// <summary>Another such, at another address: for lanes that must not disturb each other, and for echoing a stranger's address.</summary>
    public static LabReceiver Stranger { get; } = new("stranger.example", LabPlan.Stranger);

    /// <summary>One that gives no echo.</summary>
    public static LabReceiver Quiet { get; } = new("quiet.example", LabPlan.Quiet);

    /// <summary>The provider's own reflector, outside of its translation: tells clients their address and gets no mail.</summary>
    public static LabReceiver Reflector { get; } = new("reflector.example", LabPlan.Reflector);

    public static IReadOnlyList<LabReceiver> All { get; } = [Postfix, Exim, Echo, Stranger, Quiet, Reflector];
}
