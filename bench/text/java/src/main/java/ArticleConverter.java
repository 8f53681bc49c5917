import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/**
 * ArticleConverter text parquet threads codec: what a Lambda function written in Java does:
 * each line is split at its spaces, becomes a GenericRecord, and goes to an AvroParquetWriter.
 */
public final class ArticleConverter {
  private static final String[] NAMES = {
    "version", "account_id", "interface_id", "srcaddr", "dstaddr", "srcport", "dstport",
    "protocol", "packets", "bytes", "start", "end", "action", "log_status"
  };
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema INT = Schema.create(Schema.Type.INT);
  private static final Schema LONG = Schema.create(Schema.Type.LONG);
  private static final Schema TIME =
      LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));

  private static Schema typeOf(String name) {
    return switch (name) {
      case "version", "srcport", "dstport", "protocol" -> INT;
      case "packets", "bytes" -> LONG;
      case "start", "end" -> TIME;
      default -> STRING;
    };
  }

  private static Schema schema() {
    SchemaBuilder.FieldAssembler<Schema> fields = SchemaBuilder.record("flow").fields();
    for (String name : NAMES) {
      fields = fields.name(name).type(
          Schema.createUnion(Schema.create(Schema.Type.NULL), typeOf(name))).noDefault();
    }
    return fields.endRecord();
  }

  private static Object value(Schema type, String text) {
    if (text.equals("-")) return null;
    if (type == INT) return Integer.valueOf(text);
    if (type == LONG) return Long.valueOf(text);
    return type == TIME ? (Object) (Long.parseLong(text) * 1_000_000) : text;
  }

  private static BufferedReader open(Path source) throws IOException {
    InputStream bytes = Files.newInputStream(source);
    if (source.toString().endsWith(".gz")) bytes = new GZIPInputStream(bytes, 1 << 16);
    return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), 1 << 16);
  }

  public static void main(String[] arguments) throws IOException {
    Schema schema = schema();
    Schema[] types = new Schema[NAMES.length];
    for (int i = 0; i < types.length; i++) types[i] = typeOf(NAMES[i]);
    try (BufferedReader lines = open(Path.of(arguments[0]));
        ParquetWriter<GenericRecord> writer =
            AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(Path.of(arguments[1])))
                .withSchema(schema)
                .withCompressionCodec(CompressionCodecName.valueOf(arguments[3].toUpperCase()))
                .build()) {
      lines.readLine();  // the header
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] tokens = line.split(" ");
        GenericRecord record = new GenericData.Record(schema);
        for (int i = 0; i < types.length; i++) record.put(i, value(types[i], tokens[i]));
        writer.write(record);
      }
    }
  }
}
