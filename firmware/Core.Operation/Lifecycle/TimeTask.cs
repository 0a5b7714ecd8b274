using System;
using DeviceFirmware.Connect;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>Asks the fleet for the time, signed: once a connection, again each hour, sooner while there is no answer.</summary>
    internal sealed class TimeTask : BoardTask
    {
        private const int Period = 3600000;
        private const int Patience = 30000;

        private readonly BoardContext _context;

        private long _askAt;

        internal TimeTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
        }

        /// <inheritdoc/>
        public override void Connected()
        {
            _askAt = _context.Now;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (isConnected && _context.Time.HasKey && _context.Now >= _askAt)
            {
                _askAt = _context.Now + Patience;
                _context.Parts.Link.Publish(_context.Topics.TimeRequest, _context.Time.Ask(_context.Parts.Entropy), true);
            }
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.TimeReply)
            {
                return false;
            }

            bool isFirst = _context.Time.Now == 0;
            TimeVerdict verdict = _context.Time.Take(message.Payload);
            if (verdict == TimeVerdict.Accepted)
            {
                _askAt = _context.Now + Period;
            }

            if (verdict != TimeVerdict.Accepted || isFirst)
            {
                _context.Log("time token=" + BoardTime.Token(verdict) + " floor=" + _context.Time.Floor.ToString());
            }

            return true;
        }
    }
}
