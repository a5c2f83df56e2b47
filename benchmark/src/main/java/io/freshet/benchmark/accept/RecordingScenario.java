package io.freshet.benchmark.accept;

import static org.awaitility.Awaitility.await;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.benchmark.measure.BenchmarkEnvironment.RunningService;
import io.freshet.benchmark.measure.CommandProducer;
import io.freshet.benchmark.measure.Figure;
import io.freshet.benchmark.measure.ResourceMonitor;
import io.freshet.benchmark.measure.Scenario;
import io.freshet.benchmark.measure.ScenarioResults;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.process.ProcessPlatform;
import io.freshet.cluster.process.Service;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;

/** A backlog of commands from the log into Postgres, against a copy of the same rows into a table of the same shape. */
public final class RecordingScenario implements Scenario {

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public void measure(BenchmarkEnvironment ground, ScenarioResults results) throws Exception {
        Fleet fleet = Fleet.empty().withL1("edge", BenchmarkEnvironment.free(), Purging.VARNISH);
        RunningService service = ground.start(Service.TASK_SERVICE, fleet);
        int warmUp = ground.load(1_000, 10);
        int measured = ground.load(1_000, 200);
        try (Connection database = connect(ground.postgres());
                CommandProducer commands = new CommandProducer(ground)) {
            commands.refreshes(1);
            awaitTasks(database, 1);
            service.part().stop();
            commands.refreshes(warmUp + measured);
            service.part().start();
            long from = awaitTasks(database, 1 + warmUp);
            int begun = tasks(database);
            long to;
            try (ResourceMonitor _ = ground.watch("backlog", results)) {
                to = awaitTasks(database, 1 + warmUp + measured);
            }
            double recorded = (double) (1 + warmUp + measured - begun) * CommandProducer.URLS * 1e9 / (to - from);
            service.part().stop();
            results.add(Figure.of("objects recorded from a backlog", recorded, "objects/s")
                    .comparedTo("a bare copy of the same rows", copy(database)));
        }
    }

    /** When so many tasks are recorded, with their objects. */
    private static long awaitTasks(Connection database, int count) {
        await().atMost(Duration.ofMinutes(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> tasks(database) >= count);
        return System.nanoTime();
    }

    private static int tasks(Connection database) throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("select count(*) from task where command_read")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Rows a second, of those that are recorded last, in one transaction. */
    private static double copy(Connection database) throws SQLException, IOException {
        StringBuilder rows = new StringBuilder();
        try (var statement = database.createStatement()) {
            statement.execute("create table bare (like task_object including all)");
            try (var objects = statement.executeQuery(
                    "select task_id, index, object, segment from task_object order by task_id desc, index"
                            + " limit 1000000")) {
                while (objects.next()) {
                    rows.append(objects.getLong(1)).append('\t');
                    rows.append(objects.getInt(2)).append('\t');
                    rows.append(objects.getString(3)).append('\t');
                    rows.append(objects.getInt(4)).append('\n');
                }
            }
        }
        StringReader text = new StringReader(rows.toString());
        long began = System.nanoTime();
        long copied = database.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy bare (task_id, index, object, segment) from stdin", text);
        return copied * 1e9 / (System.nanoTime() - began);
    }

    private static Connection connect(ProcessPlatform.Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }
}
