using System;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// One connection after another, as a state machine: time and events come in, actions come out, nothing else happens here. An attempt is
    /// radio, time, TLS, MQTT, subscribed, confirmed, in this order; whatever fails ends it, and the next one waits with full jitter. A report
    /// carries the number of its attempt: one of another attempt, one twice, or one that nothing was asked for changes nothing.
    /// </summary>
    /// <remarks>
    /// A client that tried to connect is closed before the next one: the platform's resolves the name once, in its constructor, and holds
    /// its TLS buffers until Close, also when the attempt failed. The wait is forgotten when a heartbeat was answered, not before: a broker
    /// that takes everybody and then drops them is waited for like one that refuses.
    /// </remarks>
    public sealed class Connection
    {
        /// <summary>Milliseconds between heartbeats.</summary>
        public const int HeartbeatPeriod = 30000;

        /// <summary>Milliseconds without an answered heartbeat after which a connection counts as dead.</summary>
        public const int HeartbeatPatience = 90000;

        /// <summary>
        /// Milliseconds that an action may go unreported. On the board Join, Connect and Subscribe return in time or, inside a TLS handshake
        /// with a silent peer, never: then nothing runs that could look at this.
        /// </summary>
        public const int ActionPatience = 120000;

        private readonly Backoff _backoff;

        private bool _asked;
        private bool _mustClose;
        private long _since;
        private long _connectAt;
        private long _beatAt;
        private long _answeredAt;

        /// <summary>A connection that may be tried at once.</summary>
        public Connection(Backoff backoff)
        {
            _backoff = backoff ?? throw new ArgumentNullException(nameof(backoff));
        }

        /// <summary>How far it has come.</summary>
        public ConnectionState State { get; private set; }

        /// <summary>Number of the current or last attempt; the first is 1.</summary>
        public int Attempt { get; private set; }

        /// <summary>Attempts ended since a heartbeat was last answered.</summary>
        public int Failures { get; private set; }

        /// <summary>True when subscribed: messages flow.</summary>
        public bool IsOpen => State >= ConnectionState.Subscribed;

        /// <summary>What to do now, at milliseconds since power-on; call again until None.</summary>
        public ConnectionAction Next(long now)
        {
            bool overdue = IsOpen ? now - _answeredAt > HeartbeatPatience : State != ConnectionState.Waiting && _asked && now - _since > ActionPatience;
            if (overdue)
            {
                End(now);
            }

            if (State == ConnectionState.Waiting)
            {
                return Begin(now);
            }

            if (IsOpen)
            {
                return Beat(now);
            }

            if (_asked)
            {
                return ConnectionAction.None;
            }

            _asked = true;
            _since = now;
            _mustClose |= State == ConnectionState.Tls;
            return ActionOf(State);
        }

        /// <summary>What became of an action of that attempt. False: it was not waited for, and changes nothing.</summary>
        public bool Report(int attempt, ConnectionEvent what, long now)
        {
            if (attempt != Attempt || State == ConnectionState.Waiting)
            {
                return false;
            }

            if (what == ConnectionEvent.Lost || (what == ConnectionEvent.Failed && !IsOpen))
            {
                End(now);
                return true;
            }

            if (!_asked || what != Awaited(State))
            {
                return false;
            }

            _asked = false;
            if (what == ConnectionEvent.Answered)
            {
                _answeredAt = now;
                _backoff.Reset();
                Failures = 0;
                State = ConnectionState.Confirmed;
                return true;
            }

            State = State + 1;
            if (State == ConnectionState.Subscribed)
            {
                _answeredAt = now;
                _beatAt = now;
            }

            return true;
        }

        private ConnectionAction Begin(long now)
        {
            if (_mustClose)
            {
                _mustClose = false;
                return ConnectionAction.Close;
            }

            if (now < _connectAt)
            {
                return ConnectionAction.None;
            }

            Attempt++;
            State = ConnectionState.Radio;
            _asked = true;
            _since = now;
            return ConnectionAction.Join;
        }

        private ConnectionAction Beat(long now)
        {
            if (now < _beatAt)
            {
                return ConnectionAction.None;
            }

            _asked = true;
            _beatAt = now + HeartbeatPeriod;
            return ConnectionAction.Beat;
        }

        private void End(long now)
        {
            State = ConnectionState.Waiting;
            _asked = false;
            Failures++;
            _connectAt = now + _backoff.Next();
        }

        private static ConnectionAction ActionOf(ConnectionState state)
        {
            switch (state)
            {
                case ConnectionState.Time: return ConnectionAction.SetClock;
                case ConnectionState.Tls: return ConnectionAction.Connect;
                case ConnectionState.Mqtt: return ConnectionAction.Subscribe;
                default: return ConnectionAction.None;
            }
        }

        private static ConnectionEvent Awaited(ConnectionState state)
        {
            switch (state)
            {
                case ConnectionState.Radio: return ConnectionEvent.Joined;
                case ConnectionState.Time: return ConnectionEvent.ClockSet;
                case ConnectionState.Tls: return ConnectionEvent.Connected;
                case ConnectionState.Mqtt: return ConnectionEvent.Subscribed;
                default: return ConnectionEvent.Answered;
            }
        }
    }
}
