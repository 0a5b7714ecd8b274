namespace DeviceFirmware.Lifecycle
{
    /// <summary>What a connected board does, in the order in which messages are offered and turns are taken. To add something is a line here.</summary>
    internal static class BoardTasks
    {
        internal static BoardTask[] Of(BoardContext context)
        {
            return new BoardTask[]
            {
                new MeasurementTask(context),
                new UpdateAgent(context),
            };
        }
    }
}
