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

/** PostgreSQL server on the loopback address with one database for Freshet. */
public final class Database implements AutoCloseable {

    private static final String NAME = "freshet";
    private static final String USER = "postgres";
    /** Includes recovery after a kill. */
    private static final Duration STARTUP = Duration.ofSeconds(60);

    /** The library is made for tests and turns durability off. Connections and buffers suit a demo on one machine. */
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
     * Starts the server and waits until it is ready. If an earlier process may have been killed, call
     * {@link OrphanedPostgres#stop} first.
     *
     * @param folder data folder, created if it is missing
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
