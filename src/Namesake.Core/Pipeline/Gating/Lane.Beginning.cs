namespace Namesake.Core.Pipeline.Gating;

// What the node's slots ask of it.
public sealed partial class Lane
{
    /// <summary>A slot was given to it.</summary>
    /// <returns>True: its caller starts a session. False: there is no use for it any more, and its caller releases it.</returns>
    internal bool Begin()
    {
        lock (_lock)
        {
            if (!MayBegin(own: 1))
            {
                MakeRoomHere();
                return false;
            }

            _sessions++;
            if (_mail.Waiting > 1 && HasRoom(_connections))
                slots.Want(this, gaveUp: false);
            return true;
        }
    }

    /// <summary>Ends the session parked longest, for a lane that waits for a slot.</summary>
    /// <returns>False: none is parked.</returns>
    internal bool EndOneParked()
    {
        lock (_lock)
        {
            if (_parked.Count == 0)
                return false;
            Wake(0, null);
            return true;
        }
    }
}
