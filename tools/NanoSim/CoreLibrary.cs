// Shadows of package nanoFramework.CoreLibrary: clock, noise, threads and loading go to the simulated board.
using System.Threading;
using DeviceFirmware.NanoSim.Host;

namespace System
{
    /// <summary>UTC time from the board's RTC; ends with the year 3000.</summary>
    public struct DateTime
    {
        private const long UnixEpochTicks = 621355968000000000;
        private const long TicksPerSecond = 10000000;
        private const long LatestTicks = 946708127999999999;

        private readonly long _ticks;

        /// <summary>Ticks of 100 ns since year 1.</summary>
        public DateTime(long ticks)
        {
            if (ticks < 0 || ticks > LatestTicks)
            {
                throw new ArgumentOutOfRangeException(nameof(ticks));
            }

            _ticks = ticks;
        }

        /// <summary>Ticks of 100 ns since year 1.</summary>
        public long Ticks => _ticks;

        /// <summary>What the RTC says.</summary>
        public static DateTime UtcNow => new DateTime(SimClock.UtcTicks);

        /// <summary>From seconds since 1970.</summary>
        public static DateTime FromUnixTimeSeconds(long seconds) => new DateTime(checked(UnixEpochTicks + (seconds * TicksPerSecond)));

        /// <summary>Seconds since 1970.</summary>
        public long ToUnixTimeSeconds() => (_ticks / TicksPerSecond) - (UnixEpochTicks / TicksPerSecond);
    }

    /// <summary>esp_random.</summary>
    public class Random
    {
        /// <summary>The noise source.</summary>
        public Random()
        {
        }

        /// <summary>The noise source; the seed is ignored.</summary>
        public Random(int seed)
        {
        }

        /// <summary>Fills the buffer.</summary>
        public virtual void NextBytes(byte[] buffer) => SimNoise.Fill(buffer);
    }
}

namespace System.Threading
{
    /// <summary>A managed thread; an exception that leaves it ends it silently.</summary>
    public sealed class Thread
    {
        private readonly object _thread;

        /// <summary>A thread, not yet started.</summary>
        public Thread(ThreadStart start) => _thread = SimThreads.Create(() => start());

        /// <summary>True while it runs.</summary>
        public bool IsAlive => SimThreads.IsAlive(_thread);

        /// <summary>Starts it.</summary>
        public void Start() => SimThreads.Start(_thread);

        /// <summary>Waits for its end.</summary>
        public bool Join(int millisecondsTimeout) => SimThreads.Join(_thread, millisecondsTimeout);

        /// <summary>Lets other threads run.</summary>
        public static void Sleep(int millisecondsTimeout) => SimThreads.Sleep(millisecondsTimeout);
    }
}

namespace System.Reflection
{
    /// <summary>A loaded assembly.</summary>
    public class Assembly
    {
        private readonly object _assembly;

        /// <summary>No assembly.</summary>
        public Assembly()
        {
        }

        private Assembly(object assembly) => _assembly = assembly;

        /// <summary>Loads an assembly from its bytes; static constructors run meanwhile.</summary>
        public static Assembly Load(byte[] rawAssembly) => new Assembly(SimLoader.Load(rawAssembly));

        /// <summary>A type by its full name; null when there is none.</summary>
        public virtual Type GetType(string name) => SimLoader.GetType(_assembly, name);
    }
}
