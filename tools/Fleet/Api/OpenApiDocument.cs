using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DeviceFirmware.Fleet;

/// <summary>What a request's body is, for the OpenAPI document: a JSON object of these texts, or a file when there are none.</summary>
public sealed record ApiBody(string ContentType, params string[] Members);

/// <summary>Adds to the generated OpenAPI document what the resources say of themselves: roles, bodies, and how refusals look.</summary>
internal static class OpenApiDocument
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "DeviceFirmware fleet", Version = "1", Description = "Registry of devices, their states and their images." };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "an API key" };
            document.Components.SecuritySchemes["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "a device's token" };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
            ApiEndpoint? endpoint = metadata.OfType<ApiEndpoint>().FirstOrDefault();
            if (endpoint is { Roles: not ApiRoles.None })
            {
                operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
                JsonArray roles = [.. ApiRoleWords.Of(endpoint.Roles).Split(',').Select(word => (JsonNode)word)];
                operation.Extensions["x-roles"] = new JsonNodeExtension(roles);
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
            }

            if (endpoint is { Scope: { } scope })
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", context.Document)] = [scope] }];
            }

            if (metadata.OfType<ApiBody>().FirstOrDefault() is { } body)
            {
                operation.RequestBody = Request(body);
            }

            operation.Responses ??= [];
            operation.Responses["default"] = Refused();
            return Task.CompletedTask;
        });
    }

    private static OpenApiRequestBody Request(ApiBody body)
    {
        OpenApiSchema schema = body.Members.Length == 0
            ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" }
            : Texts(body.Members);
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [body.ContentType] = new() { Schema = schema } },
        };
    }

    private static OpenApiResponse Refused()
    {
        return new OpenApiResponse
        {
            Description = "refused: a problem document (RFC 9457); 'token' says what by",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = Texts(["title", "detail", "token"]) } },
        };
    }

    private static OpenApiSchema Texts(string[] members)
    {
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = members.ToHashSet(),
            Properties = members.ToDictionary(member => member, IOpenApiSchema (_) => new OpenApiSchema { Type = JsonSchemaType.String }),
        };
    }
}
