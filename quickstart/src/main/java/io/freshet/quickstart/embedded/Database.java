package io.freshet.quickstart.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/** A PostgreSQL server on the loopback address, with one database for Freshet. */
public final class Database implements AutoCloseable {

    private static final String NAME = "freshet";
    private static final String USER = "postgres";
    /** Recovery after a kill takes its time. */
    private static final Duration STARTUP = Duration.ofSeconds(60);

    /** The library means it for tests and so turns off what keeps data safe; connections and buffers are for one machine's demo. */
    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "on",
            "full_page_writes", "on",
            "synchronous_commit", "on",
            "listen_addresses", "127.0.0.1",
            "max_connections", "40",
            "shared_buffers", "32MB");

    private final EmbeddedPostgres postgres;

    private Database(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /**
     * Starts it and waits until it serves. Call {@link OrphanedPostgres#stop} first where a start may have been killed.
     *
     * @param folder where it keeps its data; made if it is missing
     */
    public static Database start(Path folder, int port) {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(STARTUP)
                .setPort(port);
        SETTINGS.forEach(builder::setServerConfig);
        try {
            EmbeddedPostgres postgres = builder.start();
            create(postgres);
            return new Database(postgres);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start Postgres in " + folder, e);
        }
    }

    private static void create(EmbeddedPostgres postgres) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + NAME);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot make the database " + NAME, e);
        }
    }

    public String url() {
        return "jdbc:postgresql://localhost:" + postgres.getPort() + '/' + NAME;
    }

    public String user() {
        return USER;
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
