package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

class SqlErrorClassifierTest {

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22003", "23502", "54000", "21000"})
    void errors_of_the_data_are_caused_by_the_record(String state) {
        assertThat(SqlErrorClassifier.isCausedByData(wrapped(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "40001", "40P01", "53100", "57P01", "55P03", "42P01", "42501", "25006"})
    void transient_errors_are_not_caused_by_the_record(String state) {
        assertThat(SqlErrorClassifier.isCausedByData(wrapped(state))).isFalse();
    }

    @Test
    void connection_errors_are_not_caused_by_the_record() {
        assertThat(SqlErrorClassifier.isCausedByData(new CannotCreateTransactionException("no connection")))
                .isFalse();
        assertThat(SqlErrorClassifier.isCausedByData(new DataAccessResourceFailureException("gone")))
                .isFalse();
        assertThat(SqlErrorClassifier.isCausedByData(new IllegalStateException(new SQLException("no state"))))
                .isFalse();
    }

    @Test
    void errors_outside_of_the_database_are_caused_by_the_record() {
        assertThat(SqlErrorClassifier.isCausedByData(new IllegalArgumentException("object 7 of 3")))
                .isTrue();
    }

    private static RuntimeException wrapped(String state) {
        return new UncategorizedDataAccessException("failed", new SQLException("reason", state)) {};
    }
}
