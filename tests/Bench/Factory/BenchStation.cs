using System.Diagnostics;
using System.Reflection;
using DeviceFirmware.Bytes;
using DeviceFirmware.Factory;
using DeviceFirmware.Scenario.Factory;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Scenario.Tools
{
    /// <summary>What the tests' board asks of the tests' environment.</summary>
    internal static class MadeEnvironment
    {
        internal const string BoardType = "virtual-board";
    }
}

namespace DeviceFirmware.Bench
{
    /// <summary>An environment, a station with a record, and boards for it, in a directory that goes afterwards.</summary>
    internal sealed class BenchStation : IDisposable
    {
        internal static readonly Production Production = new("bench", "line", "station", "operator", "1.0.0+0");

        private readonly string _directory = Directory.CreateTempSubdirectory("devicefirmware-bench-").FullName;
        private int _boards;

        internal BenchStation()
        {
            Program("keys", "ceremony", "--environment", "lab", "--public", this["public"], "--private", this["private"], "--insecure");
            File.WriteAllBytes(this["payload"], new byte[256]);
            Program(
                "signer", "pack", "--payload", Path.Combine(AppContext.BaseDirectory, "signer.dll"), "--payload-kind", "2", "--board-type", Scenario.Tools.MadeEnvironment.BoardType, "--version", "1.0.0",
                "--security-counter", "1", "--key", this["private/ota-signing.current.key.pem"], "--out", this["first.img"]);
            Image = FirstImage.Read(this["first.img"]);
        }

        internal FirstImage Image { get; }

        internal string IssuingCertificate => this["public/lab/factory-issuing/current.pem"];

        internal string IssuingKey => this["private/factory-issuing.key.pem"];

        internal string Root => this["public/lab/factory-root/current.pem"];

        internal string this[string file] => Path.Combine(_directory, file);

        internal IssuingCa OpenCa(string? key = null) => IssuingCa.Load(IssuingCertificate, key ?? IssuingKey, Root, TimeProvider.System);

        internal FakeBoard NewBoard(IssuingCa ca) => new(
            ca.Environment, ca.Root.Encoded, Pem.Decode("PUBLIC KEY", File.ReadAllBytes(this["public/lab/ota-signing/current.pem"])), $"hw-{Interlocked.Increment(ref _boards)}");

        /// <summary>Runs a program of the project, or another one, and gives what it took.</summary>
        internal static TimeSpan Program(string name, params string[] arguments)
        {
            string own = Path.Combine(AppContext.BaseDirectory, Assembly.GetExecutingAssembly().GetName().Name!);
            string dll = Path.Combine(AppContext.BaseDirectory, name + ".dll");
            ProcessStartInfo start = File.Exists(dll)
                ? new ProcessStartInfo("dotnet", ["exec", "--runtimeconfig", own + ".runtimeconfig.json", "--depsfile", own + ".deps.json", dll, .. arguments])
                : new ProcessStartInfo(name, arguments);
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            Stopwatch watch = Stopwatch.StartNew();
            using Process process = Process.Start(start)!;
            Task<string> said = process.StandardOutput.ReadToEndAsync();
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? watch.Elapsed : throw ToolFailure.BadInput($"{name} {arguments[0]}: {error}{said.Result}");
        }

        public void Dispose() => Directory.Delete(_directory, recursive: true);
    }
}
