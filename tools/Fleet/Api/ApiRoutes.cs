using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DeviceFirmware.Fleet;

/// <summary>A part of the API. <see cref="FleetParts"/> has the list of all.</summary>
public interface IApiModule
{
    /// <summary>Adds the part's resources.</summary>
    void Map(ApiRoutes routes);
}

/// <summary>One resource and method, and whose it is.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">Its path, with names in braces.</param>
/// <param name="Roles">Each of these roles may use it; <see cref="ApiRoles.None"/> for what needs no key.</param>
public sealed record ApiEndpoint(string Method, string Path, ApiRoles Roles)
{
    /// <summary>The scope that a device's token needs here; null where no token opens anything.</summary>
    public string? Scope { get; init; }
}

/// <summary>The resources of the API: nothing is served that does not stand here with its roles.</summary>
public sealed class ApiRoutes(IEndpointRouteBuilder application)
{
    private readonly List<ApiEndpoint> _endpoints = [];

    /// <summary>What has been added so far.</summary>
    public IReadOnlyList<ApiEndpoint> Endpoints => _endpoints;

    /// <summary>Adds a resource that is read.</summary>
    public RouteHandlerBuilder Get(string path, ApiRoles roles, Delegate handler)
    {
        return Note(application.MapGet(path, handler), new ApiEndpoint("GET", path, roles));
    }

    /// <summary>Adds a resource that changes something.</summary>
    public RouteHandlerBuilder Post(string path, ApiRoles roles, Delegate handler)
    {
        return Note(application.MapPost(path, handler), new ApiEndpoint("POST", path, roles));
    }

    /// <summary>Adds a resource that a device reads, with a token of that scope.</summary>
    public RouteHandlerBuilder DeviceGet(string path, string scope, Delegate handler)
    {
        return Note(application.MapGet(path, handler), new ApiEndpoint("GET", path, ApiRoles.None) { Scope = scope });
    }

    /// <summary>Adds a resource that a device writes, with a token of that scope.</summary>
    public RouteHandlerBuilder DevicePost(string path, string scope, Delegate handler)
    {
        return Note(application.MapPost(path, handler), new ApiEndpoint("POST", path, ApiRoles.None) { Scope = scope });
    }

    private RouteHandlerBuilder Note(RouteHandlerBuilder route, ApiEndpoint endpoint)
    {
        _endpoints.Add(endpoint);
        return route.WithMetadata(endpoint);
    }
}
