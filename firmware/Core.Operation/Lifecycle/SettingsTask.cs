using System;
using DeviceFirmware.Connect;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Takes the application's settings from the fleet. They are authenticated by the connection alone, so they decide nothing about trust: the
    /// application says within which bounds they may be what. Only a higher version is tried, and stored only after the application took it.
    /// Not on trial, nor without an application: then they wait here, unanswered, and the fleet sends them again.
    /// </summary>
    internal sealed class SettingsTask : BoardTask
    {
        private const int TriesInARow = 8;
        private const int TryPause = 1800000;

        private readonly BoardContext _context;
        private readonly IApplicationRunner _application;
        private readonly SettingsRecord _record;

        private SettingsDocument _waiting;
        private SettingsDocument _offered;
        private int _tries = TriesInARow;
        private long _triesSince;
        private bool _isStarting = true;

        internal SettingsTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _application = context.Parts.Application;
            _record = context.Settings;
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.Settings)
            {
                return false;
            }

            SettingsDocument settings = SettingsDocument.Decode(message.Payload);
            SettingsAnswer against = settings is null
                ? new SettingsAnswer(0, SettingsAnswer.Malformed, "not settings, or too many", _record.InForce.Version)
                : _record.Against(settings.Version);
            if (!(against is null))
            {
                // Those that the application has just now are answered when it has said what it thinks.
                if (_offered is null || settings is null || settings.Version != _offered.Version)
                {
                    Answer(against);
                }
            }
            else if (_waiting is null || settings.Version > _waiting.Version)
            {
                _waiting = settings;
            }

            return true;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (_application.State == ApplicationState.Crashed && !(_offered is null))
            {
                _offered = null;
                Answer(_record.Last);
            }

            if (_context.Quarantine.IsActive || _application.State != ApplicationState.Running)
            {
                return;
            }

            string said = _application.TakeSettingsAnswer();
            if (!(said is null))
            {
                Hear(said);
            }

            if (!_isStarting && _offered is null && !(_waiting is null) && !_context.Reporter.IsTrial && MayTry())
            {
                SettingsDocument settings = _waiting;
                _waiting = null;
                if (_record.Against(settings.Version) is null && _record.Try(settings))
                {
                    _offered = settings;
                    _application.Configure(settings);
                }
            }
        }

        private void Hear(string said)
        {
            bool isTaken = said.Length == 0;
            if (_isStarting)
            {
                // Those in force, of which another application may think otherwise: it runs without.
                _isStarting = false;
                if (!isTaken)
                {
                    _context.Log("settings version=" + _record.InForce.Version.ToString() + " not for this application reason=\"" + said + "\"");
                    _context.Reporter.Send("settings", SettingsAnswer.Refused, said, null);
                }

                return;
            }

            if (_offered is null)
            {
                return;
            }

            bool isStored = isTaken ? _record.Accept(_offered) : _record.Refuse(_offered, said);
            _offered = null;
            if (isStored)
            {
                Answer(_record.Last);
            }
        }

        /// <summary>Each try writes the flash: eight in a row, then one in half an hour.</summary>
        private bool MayTry()
        {
            if (_context.Now - _triesSince >= TryPause)
            {
                _triesSince = _context.Now;
                _tries = _tries < TriesInARow ? _tries + 1 : TriesInARow;
            }

            if (_tries == 0)
            {
                return false;
            }

            _tries--;
            return true;
        }

        private void Answer(SettingsAnswer answer)
        {
            _context.Log("settings version=" + answer.Version.ToString() + " token=" + answer.Token + " inforce=" + answer.InForce.ToString()
                + " reason=\"" + answer.Reason + "\"");
            _context.Parts.Link.Publish(_context.Topics.SettingsAnswer, answer.Encode(), true);
        }
    }
}
