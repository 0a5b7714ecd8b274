using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace DeviceFirmware.Fleet;

/// <summary>Every column that holds a text has PostgreSQL's collation "C", whatever the database's own is.</summary>
internal sealed class OrdinalCollation : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (IConventionProperty property in modelBuilder.Metadata.GetEntityTypes().SelectMany(type => type.GetDeclaredProperties()))
        {
            if (property.ClrType == typeof(string) || property.FindTypeMapping()?.Converter?.ProviderClrType == typeof(string)
                || property.GetProviderClrType() == typeof(string) || property.GetValueConverter()?.ProviderClrType == typeof(string))
            {
                property.Builder.HasAnnotation(RelationalAnnotationNames.Collation, FleetMigration.OrdinalCollation);
            }
        }
    }
}
