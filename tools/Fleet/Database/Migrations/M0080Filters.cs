using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The order of a batch's devices of one state: without it a page of them read the whole batch. And whose each key is, in the index alone: the
/// search for keys of several devices went to a row for each certificate.
/// </summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000080_Filters")]
internal sealed class M0080Filters : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateIndex("IX_Devices_Batch_State_Id", "Devices", ["Batch", "State", "Id"]);
        migrationBuilder.CreateIndex("IX_Certificates_PublicKeyHash_DeviceId", "Certificates", ["PublicKeyHash", "DeviceId"]);
        migrationBuilder.DropIndex("IX_Certificates_PublicKeyHash", "Certificates");
    }
}
