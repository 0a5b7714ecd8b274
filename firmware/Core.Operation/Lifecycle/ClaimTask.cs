using System;
using DeviceFirmware.Connect;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Says yes to a claim, but only by the button, and only by a press that comes after the question: nobody can lie in wait for a hand that
    /// meant something else. One question at a time, the last one; it ends after ten minutes and with the connection.
    /// </summary>
    internal sealed class ClaimTask : BoardTask
    {
        private const int Patience = 600000;

        private readonly BoardContext _context;

        private ClaimRequest _request;
        private long _askedAt;

        internal ClaimTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.ClaimRequest)
            {
                return false;
            }

            _request = ClaimRequest.Decode(message.Payload);
            _askedAt = _context.Now;

            // A press that lies there was meant for something else.
            _context.WasPressed();
            _context.Log(_request is null ? "claim refused token=malformed" : "claim asked tenant=" + _request.Tenant + "; the button says yes");
            return true;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (_request is null)
            {
                return;
            }

            if (_context.Now - _askedAt > Patience)
            {
                _context.Log("claim over tenant=" + _request.Tenant + "; nobody pressed the button");
                _request = null;
            }
            else if (isConnected && _context.WasPressed())
            {
                bool sent = _context.Parts.Link.Publish(_context.Topics.ClaimAnswer, ClaimAnswer.Sign(_request, _context.Key), true);
                _context.Log("claim signed tenant=" + _request.Tenant + (sent ? "" : "; not delivered, press again"));
                _request = sent ? null : _request;
            }
        }

        /// <inheritdoc/>
        public override void Disconnected()
        {
            // The fleet asks again.
            _request = null;
        }
    }
}
