using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// The board's identity and where it connects: {1: certificate DER, 2: issuing CA DER, 3: broker host, 4: broker port, 5: telemetry period
    /// in seconds, 6: network name, 7: network password}. The board's identity record is the same map with 6 and 7 empty: the network is sealed in a record of its own (<see cref="NetworkRecord"/>).
    /// </summary>
    public sealed class IdentityMessage
    {
        private const int MaximumCertificate = 896;

        /// <summary>An identity.</summary>
        public IdentityMessage(byte[] certificate, byte[] issuer, string brokerHost, int brokerPort, int telemetrySeconds, string networkName, string networkPassword)
        {
            Certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));
            Issuer = issuer ?? throw new ArgumentNullException(nameof(issuer));
            BrokerHost = brokerHost ?? throw new ArgumentNullException(nameof(brokerHost));
            BrokerPort = brokerPort;
            TelemetrySeconds = telemetrySeconds;
            NetworkName = networkName ?? throw new ArgumentNullException(nameof(networkName));
            NetworkPassword = networkPassword ?? throw new ArgumentNullException(nameof(networkPassword));
        }

        /// <summary>The board's certificate, DER.</summary>
        public byte[] Certificate { get; }

        /// <summary>The issuing CA's certificate, DER.</summary>
        public byte[] Issuer { get; }

        /// <summary>Host name of the broker, as in its certificate.</summary>
        public string BrokerHost { get; }

        /// <summary>TCP port, 1 to 65535.</summary>
        public int BrokerPort { get; }

        /// <summary>Seconds between telemetry messages, 1 to 86400.</summary>
        public int TelemetrySeconds { get; }

        /// <summary>Wi-Fi SSID; empty where the board needs none.</summary>
        public string NetworkName { get; }

        /// <summary>Wi-Fi password; empty for an open network. Never logged.</summary>
        public string NetworkPassword { get; }

        /// <summary>The same without name and password of the network: what the board keeps, since those two are sealed elsewhere.</summary>
        public IdentityMessage WithoutNetwork()
        {
            return new IdentityMessage(Certificate, Issuer, BrokerHost, BrokerPort, TelemetrySeconds, "", "");
        }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(7)
                .Unsigned(1).Bytes(Certificate)
                .Unsigned(2).Bytes(Issuer)
                .Unsigned(3).Text(BrokerHost)
                .Unsigned(4).Unsigned(BrokerPort)
                .Unsigned(5).Unsigned(TelemetrySeconds)
                .Unsigned(6).Text(NetworkName)
                .Unsigned(7).Text(NetworkPassword)
                .ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static IdentityMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(7);
            reader.Key(1);
            byte[] certificate = reader.Bytes(1, MaximumCertificate);
            reader.Key(2);
            byte[] issuer = reader.Bytes(1, MaximumCertificate);
            reader.Key(3);
            string host = reader.Text(1, 128);
            reader.Key(4);
            int port = (int)reader.Unsigned(65535);
            reader.Key(5);
            int telemetrySeconds = (int)reader.Unsigned(86400);
            reader.Key(6);
            string networkName = reader.Text(0, 32);
            reader.Key(7);
            string networkPassword = reader.Text(0, 64);
            return reader.IsComplete && port > 0 && telemetrySeconds > 0
                ? new IdentityMessage(certificate, issuer, host, port, telemetrySeconds, networkName, networkPassword)
                : null;
        }
    }
}
