using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Adds very many rows of a table inside the transaction that is open. The session would do the same with a statement and a tracked object for
/// each row; here one prepared statement takes a hundred. Table, columns and conversions are the model's.
/// </summary>
internal static class ManyRows
{
    private const int Chunk = 100;

    public static void Insert<T>(FleetDatabase database, IReadOnlyList<T> rows)
        where T : class
    {
        IEntityType entity = database.Model.FindEntityType(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T).Name} is not of the model");
        IProperty[] columns = [.. entity.GetProperties()];
        int done = 0;
        while (done < rows.Count)
        {
            int count = Math.Min(Chunk, rows.Count - done);
            using DbCommand command = Statement(database, entity, columns, count);
            for (; done + count <= rows.Count; done += count)
            {
                for (int i = 0; i < command.Parameters.Count; i++)
                {
                    IProperty column = columns[i % columns.Length];
                    object? value = column.GetGetter().GetClrValue(rows[done + (i / columns.Length)]);
                    ValueConverter? converter = column.GetRelationalTypeMapping().Converter;
                    command.Parameters[i].Value = (converter is null ? value : converter.ConvertToProvider(value)) ?? DBNull.Value;
                }

                command.ExecuteNonQuery();
            }
        }
    }

    private static DbCommand Statement(FleetDatabase database, IEntityType entity, IProperty[] columns, int count)
    {
        ISqlGenerationHelper sql = database.GetService<ISqlGenerationHelper>();
        string table = entity.GetTableName()!;
        StoreObjectIdentifier store = StoreObjectIdentifier.Table(table);
        DbCommand command = database.Database.GetDbConnection().CreateCommand();
        command.Transaction = database.Database.CurrentTransaction?.GetDbTransaction() ?? throw new InvalidOperationException("rows are added inside a transaction only");
        StringBuilder text = new($"INSERT INTO {sql.DelimitIdentifier(table)} ({string.Join(", ", columns.Select(column => sql.DelimitIdentifier(column.GetColumnName(store)!)))}) VALUES ");
        for (int row = 0; row < count; row++)
        {
            text.Append(row == 0 ? "(" : ", (");
            for (int i = 0; i < columns.Length; i++)
            {
                string name = $"@p{(row * columns.Length) + i}";
                command.Parameters.Add(columns[i].GetRelationalTypeMapping().CreateParameter(command, name, null, columns[i].IsNullable));
                text.Append(i == 0 ? "" : ", ").Append(name);
            }

            text.Append(')');
        }

        command.CommandText = text.ToString();
        command.Prepare();
        return command;
    }
}
