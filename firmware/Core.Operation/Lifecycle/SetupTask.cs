using System;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// The owner sets the network: the button opens the page for ten minutes, the label's setup password opens the form. What comes out of its
    /// door is a network, stored and tried at once; the last one that worked stays until the fleet has answered over the new one.
    /// </summary>
    internal sealed class SetupTask : BoardTask
    {
        private const int OpenTime = 600000;

        private readonly BoardContext _context;
        private readonly ISetupPortal _portal;
        private readonly byte[] _password;
        private bool _isOpen;
        private long _openedAt;
        private int _wrong;
        private bool _wasFallback;

        /// <summary>The setup password in the label's alphabet, upper case, no hyphens; null on a board that has none: its page stays shut.</summary>
        internal SetupTask(BoardContext context, ISetupPortal portal, byte[] password)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _portal = portal ?? throw new ArgumentNullException(nameof(portal));
            _password = password;
        }

        /// <inheritdoc/>
        public override void Begin()
        {
            if (_portal.IsOpen)
            {
                Opened();
            }
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            TellFallback();
            if (_context.WasPressed() && !_isOpen)
            {
                Open();
            }

            if (!_isOpen)
            {
                return;
            }

            if (_context.Now - _openedAt > OpenTime)
            {
                Close("time is over");
                return;
            }

            byte[] request = _portal.Receive(SetupPage.MaximumRequest);
            if (!(request is null))
            {
                Answer(request);
                FixedTime.Clear(request);
            }
        }

        private void Open()
        {
            if (_password is null || _password.Length == 0)
            {
                _context.Log("setup refused token=no-setup-password");
            }
            else if (_portal.Open("setup-" + _context.DeviceId, _password))
            {
                Opened();
            }
            else if (_portal.NeedsRestart)
            {
                _context.RestartSoon("setup");
            }
            else
            {
                _context.Log("setup failed token=not-opened");
            }
        }

        private void Opened()
        {
            _isOpen = !(_password is null) && _password.Length > 0;
            _openedAt = _context.Now;
            _wrong = 0;
            _context.Log(_isOpen ? "setup open" : "setup refused token=no-setup-password");
            if (!_isOpen)
            {
                _portal.Close();
            }
        }

        private void Answer(byte[] request)
        {
            int body = SetupPage.BodyOf(request);
            if (body < 0)
            {
                _portal.Reply(SetupPage.IsForPage(request) ? SetupPage.Page() : SetupPage.NotFound());
                return;
            }

            SetupForm form = SetupForm.Decode(request, body, request.Length - body);
            SetupCheck check = SetupCheck.Decide(form, _password, _wrong);
            if (!(form is null))
            {
                FixedTime.Clear(form.Setup);
            }

            _context.Log("setup form token=" + check.Token);
            _portal.Reply(SetupPage.Answer(check));
            if (check.Verdict == SetupVerdict.WrongPassword)
            {
                _wrong++;
            }
            else if (check.Verdict == SetupVerdict.TooManyAttempts)
            {
                Close("too many wrong passwords");
            }
            else if (check.Verdict == SetupVerdict.Accepted)
            {
                _context.Session.SetNetwork(check.Network);
                Close("done");
                _context.Session.Rejoin();
            }
        }

        private void TellFallback()
        {
            bool isFallback = _context.Session.Network.IsFallback;
            if (isFallback && !_wasFallback)
            {
                _context.Log("network falls back to the last one that worked");
            }

            _wasFallback = isFallback;
        }

        private void Close(string why)
        {
            _isOpen = false;
            _portal.Close();
            _context.Log("setup closed reason=\"" + why + "\"");
            if (_portal.NeedsRestart)
            {
                _context.RestartSoon("setup");
            }
        }
    }
}
