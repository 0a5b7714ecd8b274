namespace DeviceFirmware.Lifecycle
{
    /// <summary>What a connected board does, in the order in which messages are offered and turns are taken. To add something is a line here.</summary>
    internal static class BoardTasks
    {
        internal static BoardTask[] Of(BoardContext context)
        {
            var telemetry = new TelemetryTask(context);
            var updates = new UpdateAgent(context);
            var ledger = new LedgerTask(context);
            var wipe = new WipeTask(context, ledger);
            var trust = new TrustTask(context);
            var enrolment = new EnrolmentTask(context);
            BoardParts parts = context.Parts;
            return new BoardTask[]
            {
                new ClaimTask(context),
                parts.Portal is null ? new BoardTask() : new SetupTask(context, parts.Portal, context.SetupPassword()),
                telemetry,
                new SettingsTask(context),
                new HealthTask(context, telemetry),
                new TimeTask(context),
                ledger,
                enrolment,
                new OrderTask(context, updates, wipe, trust, enrolment),
                wipe,
                trust,
                updates,
            };
        }
    }
}
