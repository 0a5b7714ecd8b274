using DeviceFirmware.Connect;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// One concern of a connected board: updates, measurements, orders. The turn loop (<see cref="ConnectedBoard"/>) knows no more of it than
    /// this; which there are is in <see cref="BoardTasks"/>. All calls come on the board's own thread, and none may wait. By itself it does nothing.
    /// </summary>
    public class BoardTask
    {
        /// <summary>Once, before the first turn: the application runs, the radio is on, nothing is connected.</summary>
        public virtual void Begin()
        {
        }

        /// <summary>A connection stands and is subscribed; once a connection, before any of its messages.</summary>
        public virtual void Connected()
        {
        }

        /// <summary>A message from the broker: hostile until parsed. True when it was for this task; then no other sees it.</summary>
        public virtual bool Take(BrokerMessage message)
        {
            return false;
        }

        /// <summary>One turn, with or without a connection.</summary>
        public virtual void Step(bool isConnected)
        {
        }

        /// <summary>The connection is gone; once a connection.</summary>
        public virtual void Disconnected()
        {
        }

        /// <summary>Once, before a restart that the board knows about; the connection still stands if there is one.</summary>
        public virtual void End()
        {
        }
    }
}
