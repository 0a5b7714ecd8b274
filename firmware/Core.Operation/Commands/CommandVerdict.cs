namespace DeviceFirmware.Commands
{
    /// <summary>Why an order is obeyed, or why not; in the order of the checks.</summary>
    public enum CommandVerdict
    {
        /// <summary>Nothing was decided: refuses.</summary>
        NotEvaluated = 0,

        /// <summary>It may be obeyed.</summary>
        Accepted,

        /// <summary>This firmware was built without command keys.</summary>
        NoKeys,

        /// <summary>Not a signed order.</summary>
        Malformed,

        /// <summary>Signed by none of the embedded command keys.</summary>
        UnknownKey,

        /// <summary>Signed by a command key that the other one has retired.</summary>
        RetiredKey,

        /// <summary>The signature does not verify.</summary>
        WrongSignature,

        /// <summary>For another board, for this one before it was wiped, or for another group.</summary>
        OtherTarget,

        /// <summary>Its number is not above the last one of that key and scope.</summary>
        Replayed,

        /// <summary>It has a window and this board has no authenticated time.</summary>
        NoTime,

        /// <summary>Its window has not begun.</summary>
        NotYet,

        /// <summary>Its window is over.</summary>
        Expired,

        /// <summary>A verb that this firmware does not know, or arguments that the verb does not have.</summary>
        UnknownVerb,

        /// <summary>The verb's arguments are not of its form.</summary>
        MalformedArguments,

        /// <summary>What never goes by group was sent to one.</summary>
        NotByGroup,

        /// <summary>Orders to groups, updates, debugging and trust must end.</summary>
        NoEnd,
    }
}
