#nullable enable
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace DeviceFirmware.Tools
{
    /// <summary>One kind of board, from its settings file; what each setting means is told in firmware/Esp32/BoardTarget.targets.</summary>
    public sealed class BoardKind
    {
        private readonly Dictionary<string, string> _settings;

        internal BoardKind(string target, XDocument file)
        {
            Target = target;
            _settings = file.Root!.Elements().Single().Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);
        }

        /// <summary>The CLR's target name, e.g. <c>ESP32_PSRAM_REV3</c>.</summary>
        public string Target { get; }

        /// <summary>The board type of its images: the target in lower case, with '-' for '_'.</summary>
        public string BoardType => Target.ToLowerInvariant().Replace('_', '-');

        /// <summary>What it is, for people.</summary>
        public string Name => _settings["BoardName"];

        /// <summary>Chip family, e.g. <c>ESP32-S3</c>.</summary>
        public string Chip => _settings["BoardChip"];

        /// <summary>Flash, megabytes, at least.</summary>
        public int FlashMegabytes => Number("BoardFlashMegabytes");

        /// <summary>The littlefs partition, kilobytes.</summary>
        public int StorageKilobytes => Number("BoardStorageKilobytes");

        /// <summary>PSRAM, megabytes, at least; 0 for none.</summary>
        public int PsramMegabytes => Number("BoardPsramMegabytes");

        /// <summary>Managed heap, kilobytes.</summary>
        public int HeapKilobytes => Number("BoardHeapKilobytes");

        /// <summary>The largest image, bytes.</summary>
        public int SlotSize => Number("BoardSlotKilobytes") * 1024;

        /// <summary>The provisioning UART with its GPIOs.</summary>
        public string SerialPort => _settings["BoardSerialPort"];

        /// <summary>GPIO of the transmit line.</summary>
        public int TransmitPin => Number("BoardTransmitPin");

        /// <summary>GPIO of the receive line.</summary>
        public int ReceivePin => Number("BoardReceivePin");

        /// <summary>GPIO of the button.</summary>
        public int ButtonPin => Number("BoardButtonPin");

        /// <summary>GPIO of the LED, -1 for none.</summary>
        public int LedPin => Number("BoardLedPin");

        private int Number(string setting) => int.Parse(_settings[setting], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    /// <summary>Every kind of board that the firmware has settings for: the files of firmware/Esp32/Boards, and the virtual board.</summary>
    public static class BoardCatalog
    {
        private const string ResourcePrefix = "Boards/";

        /// <summary>In the order of their names.</summary>
        public static IReadOnlyList<BoardKind> All { get; } = Load();

        /// <summary>The board whose images have this type, or null.</summary>
        public static BoardKind? OfType(string boardType) => All.FirstOrDefault(board => board.BoardType == boardType);

        /// <summary>The board with this target name, or bad input that lists the names.</summary>
        public static BoardKind OfTarget(string target) =>
            All.FirstOrDefault(board => string.Equals(board.Target, target, StringComparison.OrdinalIgnoreCase))
            ?? throw ToolFailure.BadInput($"there is no board '{target}'; there are {string.Join(", ", All.Select(board => board.Target))}");

        private static List<BoardKind> Load()
        {
            Assembly assembly = typeof(BoardCatalog).Assembly;
            var boards = new List<BoardKind>();
            foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using Stream stream = assembly.GetManifestResourceStream(resource)!;
                boards.Add(new BoardKind(Path.GetFileNameWithoutExtension(resource), XDocument.Load(stream)));
            }

            return boards;
        }
    }
}
