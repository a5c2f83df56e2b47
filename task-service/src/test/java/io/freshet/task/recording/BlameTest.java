package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

class BlameTest {

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22003", "23502", "54000", "21000"})
    void what_the_data_cannot_help_is_the_records_fault(String state) {
        assertThat(Blame.isOnRecord(wrapped(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "40001", "40P01", "53100", "57P01", "55P03", "42P01", "42501", "25006"})
    void what_may_pass_or_be_mended_is_nobodys(String state) {
        assertThat(Blame.isOnRecord(wrapped(state))).isFalse();
    }

    @Test
    void without_a_connection_nothing_is_known_of_the_record() {
        assertThat(Blame.isOnRecord(new CannotCreateTransactionException("no connection")))
                .isFalse();
        assertThat(Blame.isOnRecord(new DataAccessResourceFailureException("gone")))
                .isFalse();
        assertThat(Blame.isOnRecord(new IllegalStateException(new SQLException("no state"))))
                .isFalse();
    }

    @Test
    void what_is_wrong_without_the_database_is_the_records_fault() {
        assertThat(Blame.isOnRecord(new IllegalArgumentException("object 7 of 3")))
                .isTrue();
    }

    private static RuntimeException wrapped(String state) {
        return new UncategorizedDataAccessException("failed", new SQLException("reason", state)) {};
    }
}
