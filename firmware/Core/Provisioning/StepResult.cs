namespace DeviceFirmware.Provisioning
{
    /// <summary>What came of one step: done, or a token and a reason why not.</summary>
    public sealed class StepResult
    {
        private StepResult(bool isDone, string token, string reason)
        {
            IsDone = isDone;
            Token = token;
            Reason = reason;
        }

        /// <summary>True when the step is done, now or before.</summary>
        public bool IsDone { get; }

        /// <summary>Stable name of the reason (SPEC.md); empty when done.</summary>
        public string Token { get; }

        /// <summary>The reason in a person's words.</summary>
        public string Reason { get; }

        /// <summary>Done.</summary>
        public static StepResult Done()
        {
            return new StepResult(true, "", "");
        }

        /// <summary>The body is not of its form.</summary>
        public static StepResult Malformed()
        {
            return Refused("malformed", "the message is not of the form that its type has");
        }

        /// <summary>Something that has to come before is not there.</summary>
        public static StepResult OutOfOrder()
        {
            return Refused("out-of-order", "this message does not follow from the ones before it");
        }

        /// <summary>Not done, for that reason.</summary>
        public static StepResult Refused(string token, string reason)
        {
            return new StepResult(false, token, reason);
        }
    }
}
