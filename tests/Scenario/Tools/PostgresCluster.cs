using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>One <see cref="PostgresServer"/> for all tests, a database each. A machine without the programs skips the test; .ci/run installs them.</summary>
public static class PostgresCluster
{
    private static readonly Lazy<PostgresServer?> _shared = new(() =>
    {
        if (PostgresServer.Programs is not { } programs)
        {
            return null;
        }

        PostgresServer server = new(programs);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    /// <summary>The connection string of a new, empty database.</summary>
    /// <param name="copyOf">Connection string of the database that it begins as; null: empty.</param>
    public static string NewDatabase(string? copyOf = null)
    {
        if (_shared.Value is not { } server)
        {
            Assert.Inconclusive("PostgreSQL is not installed");
            return "";
        }

        return server.NewDatabase(copyOf: copyOf);
    }
}
