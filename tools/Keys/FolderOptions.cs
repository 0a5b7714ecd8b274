using System.CommandLine;
using System.Net;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>Which environment, and where its public files lie.</summary>
public sealed class FolderOptions
{
    private readonly Option<string> _environment = new("--environment") { Required = true, Description = $"name of the environment, 1 to {EnvironmentName.MaximumLength} of a-z, 0-9, '-'" };
    private readonly Option<string> _public = new("--public") { Required = true, Description = "directory of the public keys; the environment is a directory below it" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_environment);
        command.Options.Add(_public);
    }

    /// <summary>The name.</summary>
    public EnvironmentName Environment(ParseResult parsed) => EnvironmentName.Parse(parsed.GetRequiredValue(_environment));

    /// <summary>The directory above all environments.</summary>
    public string PublicDirectory(ParseResult parsed) => parsed.GetRequiredValue(_public);
}

/// <summary>What the broker's certificate is for.</summary>
public sealed class BrokerOptions
{
    private const int MaximumHost = 253;

    private readonly Option<string> _host = new("--broker-host") { DefaultValueFactory = _ => "localhost", Description = "DNS name in the broker certificate" };
    private readonly Option<string> _address = new("--broker-ip") { DefaultValueFactory = _ => "127.0.0.1", Description = "IP address in the broker certificate" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_host);
        command.Options.Add(_address);
    }

    /// <summary>The DNS name, or bad input.</summary>
    public string Host(ParseResult parsed)
    {
        string text = parsed.GetRequiredValue(_host);
        bool fits = text.Length <= MaximumHost && text.All(char.IsAscii) && Uri.CheckHostName(text) == UriHostNameType.Dns;
        return fits ? text : throw ToolFailure.BadInput($"{_host.Name} is not a DNS name");
    }

    /// <summary>The address, or bad input.</summary>
    public IPAddress Address(ParseResult parsed) =>
        IPAddress.TryParse(parsed.GetRequiredValue(_address), out IPAddress? address) ? address : throw ToolFailure.BadInput($"{_address.Name} is not an IP address");
}
