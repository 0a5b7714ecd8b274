using Microsoft.AspNetCore.Http;

namespace DeviceFirmware.Fleet;

/// <summary>Where a handler has the caller from.</summary>
public sealed partial record ApiCaller
{
    /// <summary>From the request, where the guard has put it.</summary>
    public static ValueTask<ApiCaller?> BindAsync(HttpContext context)
    {
        return ValueTask.FromResult(context.Items[typeof(ApiCaller)] as ApiCaller);
    }
}
