using System;
using DeviceFirmware.Connect;
using DeviceFirmware.Image;
using DeviceFirmware.Ports;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>Everything a board's life needs from outside Core. The loader fills it in.</summary>
    public sealed class BoardParts
    {
        private readonly CountingFiles _files;

        /// <summary>Parts; none may be missing.</summary>
        public BoardParts(IBoard board, IFiles files, IEntropy entropy, ISealer sealer, IClock clock, IRadio radio, ISerialLine serial, ITrustStore trustStore, IBrokerLink link, IApplicationRunner application, TrustAnchors anchors)
        {
            Board = board ?? throw new ArgumentNullException(nameof(board));
            _files = new CountingFiles(files);
            Entropy = entropy ?? throw new ArgumentNullException(nameof(entropy));
            Sealer = sealer ?? throw new ArgumentNullException(nameof(sealer));
            Clock = clock ?? throw new ArgumentNullException(nameof(clock));
            Radio = radio ?? throw new ArgumentNullException(nameof(radio));
            Serial = serial ?? throw new ArgumentNullException(nameof(serial));
            TrustStore = trustStore ?? throw new ArgumentNullException(nameof(trustStore));
            Link = link ?? throw new ArgumentNullException(nameof(link));
            Application = application ?? throw new ArgumentNullException(nameof(application));
            Anchors = anchors ?? throw new ArgumentNullException(nameof(anchors));
        }

        /// <summary>The board itself.</summary>
        public IBoard Board { get; }

        /// <summary>Flash.</summary>
        public IFiles Files => _files;

        /// <summary>Writing operations on the flash since power-on.</summary>
        public int FlashWrites => _files.Writes;

        /// <summary>Noise source.</summary>
        public IEntropy Entropy { get; }

        /// <summary>What records are sealed with.</summary>
        public ISealer Sealer { get; }

        /// <summary>Time.</summary>
        public IClock Clock { get; }

        /// <summary>Wi-Fi.</summary>
        public IRadio Radio { get; }

        /// <summary>Provisioning line.</summary>
        public ISerialLine Serial { get; }

        /// <summary>The device's own CA store.</summary>
        public ITrustStore TrustStore { get; }

        /// <summary>Broker connection.</summary>
        public IBrokerLink Link { get; }

        /// <summary>The application's thread.</summary>
        public IApplicationRunner Application { get; }

        /// <summary>Button and setup page; null on a board without.</summary>
        public ISetupPortal Portal { get; set; }

        /// <summary>What the platform keeps by itself; null where it keeps nothing.</summary>
        public IPlatformStore PlatformStore { get; set; }

        /// <summary>The builder says that the flash is encrypted, so that a wipe leaves nothing that can be read. A claim: the board cannot check it.</summary>
        public bool HasFlashEncryption { get; set; }

        /// <summary>The build refuses a debugger.</summary>
        public bool RefusesDebugger { get; set; }

        /// <summary>What the firmware believes in.</summary>
        public TrustAnchors Anchors { get; }

        /// <summary>What this board demands of an image now.</summary>
        public ImageRules Rules(uint minimumCounter, SlotTable table)
        {
            if (table is null)
            {
                throw new ArgumentNullException(nameof(table));
            }

            return new ImageRules(Anchors.OtaKeys, Board.BoardType, Board.PayloadKind, minimumCounter,
                Platform.LoaderVersion(), Platform.CoreLibrary, Board.SlotSize, table.RefusedDigests)
            { Contract = Platform.Contract };
        }
    }
}
