using System.CommandLine;
using System.Security.Cryptography;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet key new|list|revoke</c>: the keys of the API. Works on the data itself, beside a server that runs or without one.</summary>
internal static class KeyCommand
{
    private const int MaximumPem = 8 * 1024;

    public static Command Create()
    {
        Option<string> data = new("--data") { Required = true, Recursive = true, Description = "data directory of the server; made when missing" };
        Option<string?> database = new("--database-file") { Recursive = true, Description = "file with a PostgreSQL connection string, as for 'serve'" };
        return new Command("key", "the keys of the API; who may write the data directory may make them")
        {
            data, database, New(data, database), List(data, database), Revoke(data, database),
        };
    }

    private static Command New(Option<string> data, Option<string?> database)
    {
        Option<string> name = new("--name") { Required = true, Description = "who or what will have it; at most 64 characters" };
        Option<string> roles = new("--roles") { Required = true, Description = "operator, factory, release, auditor; several with commas" };
        Option<string?> tenant = new("--tenant") { Description = "only this tenant's devices; without it all" };
        Option<string> output = new("--out") { Required = true, Description = "new file for the key, mode 0600; it is shown nowhere else" };
        Option<string?> root = new("--root") { Description = "PEM file with the root of the API's certificate, kept with the key" };
        Command command = new("new", "makes a key") { name, roles, tenant, output, root };
        command.SetAction(parsed =>
        {
            byte[]? pem = parsed.GetValue(root) is { } file ? WholeFile.Read(file, MaximumPem) : null;
            ApiRoles wanted = Roles(parsed.GetRequiredValue(roles));
            string path = parsed.GetRequiredValue(output);
            if (File.Exists(path))
            {
                throw ToolFailure.Refused("exists", $"{path} exists already");
            }

            using DatabaseSource source = Open(parsed.GetRequiredValue(data), parsed.GetValue(database));
            NewApiKey made = Value(new ApiKeys(source, TimeProvider.System).Create(parsed.GetRequiredValue(name), wanted, parsed.GetValue(tenant)));
            try
            {
                ApiKeyFile.Write(path, made, pem);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(made.Text);
            }

            Console.Out.WriteLine($"key id={made.Key.Id} roles={ApiRoleWords.Of(made.Key.Roles)} tenant={made.Key.Tenant ?? "*"} file={path}");
            return 0;
        });
        return command;
    }

    private static Command List(Option<string> data, Option<string?> database)
    {
        Command command = new("list", "lists all keys, without their secrets, which nobody has kept");
        command.SetAction(parsed =>
        {
            using DatabaseSource source = Open(parsed.GetRequiredValue(data), parsed.GetValue(database));
            foreach (ApiKey key in new ApiKeys(source, TimeProvider.System).List())
            {
                string revoked = key.RevokedAt is { } at ? $"{at:yyyy-MM-ddTHH:mm:ssZ}" : "-";
                Console.Out.WriteLine(ToolFailure.OneLine(
                    $"{key.Id} roles={ApiRoleWords.Of(key.Roles)} tenant={key.Tenant ?? "*"} created={key.CreatedAt:yyyy-MM-ddTHH:mm:ssZ} revoked={revoked} name={key.Name}"));
            }

            return 0;
        });
        return command;
    }

    private static Command Revoke(Option<string> data, Option<string?> database)
    {
        Argument<string> id = new("id") { Description = "the key's id, as 'list' shows it" };
        Command command = new("revoke", "makes a key worth nothing, from the next request on") { id };
        command.SetAction(parsed =>
        {
            using DatabaseSource source = Open(parsed.GetRequiredValue(data), parsed.GetValue(database));
            ApiKey key = Value(new ApiKeys(source, TimeProvider.System).Revoke(parsed.GetRequiredValue(id)));
            Console.Out.WriteLine($"revoked {key.Id}");
            return 0;
        });
        return command;
    }

    private static DatabaseSource Open(string data, string? database)
    {
        Directory.CreateDirectory(data);
        DatabaseSource source = DatabaseSource.Of(data, database);
        try
        {
            if (!source.IsCurrent())
            {
                using FileStream taken = DataDirectory.Take(data);
                source.Prepare();
            }

            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static ApiRoles Roles(string words)
    {
        return ApiRoleWords.Parse(words) is not ApiRoles.None and ApiRoles roles
            ? roles
            : throw ToolFailure.BadInput("--roles takes operator, factory, release, auditor, several with commas");
    }

    private static T Value<T>(Outcome<T> outcome)
        where T : class
    {
        return outcome.Value ?? throw (outcome.Refusal!.Status == 422
            ? ToolFailure.BadInput(outcome.Refusal.Text)
            : ToolFailure.Refused(outcome.Refusal.Token, outcome.Refusal.Text));
    }
}
