package io.freshet.quickstart.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Table of a test: write and read. */
final class Rows {

    private Rows() {}

    static void write(Database database, String value) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists log (id serial, value text)");
            statement.execute("insert into log (value) values ('" + value + "')");
        }
    }

    static List<String> read(Database database) throws SQLException {
        return query(database, "select value from log order by id");
    }

    static String setting(Database database, String name) throws SQLException {
        return query(database, "show " + name).getFirst();
    }

    private static List<String> query(Database database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private static Connection connect(Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), "");
    }
}
