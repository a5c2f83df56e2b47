package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.task.Postgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class QueryClientTest {

    private static final String QUERY = "select :value::int";

    @Test
    void a_repeated_query_is_planned_for_its_own_parameters() throws SQLException {
        try (var connection = Postgres.newDatabase().getConnection();
                var database = new SingleConnectionDataSource(connection, true)) {
            ask(QueryClientConfiguration.client(database));
            assertThat(prepared(database)).isZero();
            ask(JdbcClient.create(database));
            assertThat(prepared(database)).as("what this would see").isOne();
        }
    }

    private static void ask(JdbcClient jdbc) {
        for (int i = 0; i < 10; i++) {
            assertThat(jdbc.sql(QUERY).param("value", i).query(Integer.class).single())
                    .isEqualTo(i);
        }
    }

    /** Statements that PostgreSQL has prepared, and may run with a generic plan. */
    private static int prepared(SingleConnectionDataSource database) {
        return JdbcClient.create(database)
                .sql("select count(*)::int from pg_prepared_statements where statement like 'select $1::int%'")
                .query(Integer.class)
                .single();
    }
}
