using System;

namespace DeviceFirmware.Provisioning
{
    /// <summary>What a board says that cannot go on: the same refusal to everything, until its power is cycled.</summary>
    public sealed class HaltedAnswers : ISerialAnswers
    {
        private readonly string _token;
        private readonly string _reason;

        /// <summary>A refusal for that reason.</summary>
        public HaltedAnswers(string token, string reason)
        {
            _token = token ?? throw new ArgumentNullException(nameof(token));
            _reason = reason ?? throw new ArgumentNullException(nameof(reason));
        }

        /// <inheritdoc/>
        public bool IsFinished
        {
            get { return false; }
        }

        /// <inheritdoc/>
        public SerialFrame Answer(SerialFrame request)
        {
            if (request is null)
            {
                throw new ArgumentNullException(nameof(request));
            }

            byte[] hash = SerialSession.None().HashOf(request.Type, request.Body);
            return MessageType.IsAnswer(request.Type) ? null : new SerialFrame(MessageType.Refused, new RefusedMessage(_token, _reason, hash).Encode());
        }

        /// <inheritdoc/>
        public string AnswerLine(string line)
        {
            return line == "id" || line == "help" || line == "csr" ? "halted token=" + _token + " reason=\"" + _reason + "\"" : null;
        }
    }
}
