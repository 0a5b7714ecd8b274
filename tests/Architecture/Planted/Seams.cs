namespace Planted.Seams;

internal sealed class Verified;

internal sealed class Table
{
    internal Verified? Image { get; private set; }

    internal void Stage(byte[] image) => Image = image.Length == 0 ? null : new Verified();

    internal void Install(Verified image) => Image = image;

    internal void Install(Verified image, bool force) => Image = force ? image : null;
}

internal interface ILink
{
    void Connect(byte[] ca);

    void Publish(string topic, byte[] payload);
}
