namespace DeviceFirmware.Provisioning
{
    /// <summary>What a board says on the serial line.</summary>
    public interface ISerialAnswers
    {
        /// <summary>True once the board restarts after its last answer has left.</summary>
        bool IsFinished { get; }

        /// <summary>Answers a frame; null when there is nothing to say.</summary>
        SerialFrame Answer(SerialFrame request);

        /// <summary>Answers a line typed by a person, lines ended by LF but for the last; null when there is nothing to say.</summary>
        string AnswerLine(string line);
    }
}
