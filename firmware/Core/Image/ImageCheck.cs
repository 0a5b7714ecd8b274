namespace DeviceFirmware.Image
{
    /// <summary>The outcome of the image door: a verdict, the reason in words, and the verified image when it was accepted.</summary>
    public sealed class ImageCheck
    {
        internal ImageCheck(ImageVerdict verdict, string detail, VerifiedImage image)
        {
            Verdict = verdict;
            Image = verdict == ImageVerdict.Accepted ? image : null;
            Reason = detail is null ? ImageVerdictText.Text(verdict) : ImageVerdictText.Text(verdict) + ": " + detail;
        }

        /// <summary>A refusal that needs no door: the file is not the one that was offered or announced.</summary>
        public static ImageCheck OtherFile(string detail)
        {
            return new ImageCheck(ImageVerdict.WrongHash, detail, null);
        }

        /// <summary>The verdict.</summary>
        public ImageVerdict Verdict { get; }

        /// <summary>The reason in a person's words.</summary>
        public string Reason { get; }

        /// <summary>The verdict's token on the wire.</summary>
        public string Token => ImageVerdictText.Token(Verdict);

        /// <summary>The verified image; null unless the verdict is <see cref="ImageVerdict.Accepted"/>.</summary>
        public VerifiedImage Image { get; }
    }
}
