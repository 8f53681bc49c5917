import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * SparkAnswers folder: runs the statements of standard input, separated by NUL, on a Spark with
 * Delta Lake whose catalogue lies in the folder. Each answer is its rows as JSON, a line each, and
 * a line "--".
 */
final class SparkAnswers {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    PrintStream answers = System.out;
    System.setOut(System.err);  // for what Spark has to say
    String all = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    SparkSession spark = SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.jsonGenerator.ignoreNullFields", false)
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog",
            "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .getOrCreate();
    try {
      for (String statement : all.split("\0")) {
        Dataset<Row> rows = spark.sql(statement);
        for (String row : rows.toJSON().collectAsList()) answers.println(row);
        answers.println("--");
      }
    } finally {
      spark.stop();
    }
  }

  private SparkAnswers() {}
}
