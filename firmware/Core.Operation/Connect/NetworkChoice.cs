using System;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// Which network the next attempt joins. A new one is tried first; after attempts that failed the last one that worked has its turn, and
    /// so on in turns, until the fleet answers over one of them: that one stays and the other is forgotten.
    /// </summary>
    public sealed class NetworkChoice
    {
        /// <summary>Attempts in a row before the other network has its turn.</summary>
        public const int AttemptsEach = 4;

        private int _failures;

        /// <summary>The last network that worked and, if the owner has set one since, the new one.</summary>
        public NetworkChoice(NetworkCredentials worked, NetworkCredentials next)
        {
            Worked = worked ?? throw new ArgumentNullException(nameof(worked));
            Next = next;
        }

        /// <summary>The last one that worked, or the factory's.</summary>
        public NetworkCredentials Worked { get; private set; }

        /// <summary>The one that has still to work; null when there is none.</summary>
        public NetworkCredentials Next { get; private set; }

        /// <summary>The one to join now.</summary>
        public NetworkCredentials Current => Next is null || (_failures / AttemptsEach & 1) == 1 ? Worked : Next;

        /// <summary>True while the turn is at the network of before, because the new one did not work.</summary>
        public bool IsFallback => !(Next is null) && ReferenceEquals(Current, Worked);

        /// <summary>The owner has set a network.</summary>
        public void Set(NetworkCredentials next)
        {
            Next = next ?? throw new ArgumentNullException(nameof(next));
            _failures = 0;
        }

        /// <summary>An attempt over the current network has failed.</summary>
        public void Failed()
        {
            _failures = _failures == (2 * AttemptsEach) - 1 ? 0 : _failures + 1;
        }

        /// <summary>The fleet has answered over the current network. True when that changed something, which has to be stored.</summary>
        public bool Succeeded()
        {
            if (Next is null)
            {
                return false;
            }

            Worked = Current;
            Next = null;
            _failures = 0;
            return true;
        }
    }
}
