package io.freshet.task.recording;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Tells failures that a record's data causes, which are permanent, from those that may pass. */
final class SqlErrorClassifier {

    /** SQLSTATE classes of permanent errors: cardinality, data exception, integrity constraint, program limit. */
    private static final Set<String> DATA_ERRORS = Set.of("21", "22", "23", "54");

    private SqlErrorClassifier() {}

    /**
     * Returns whether the same data would fail again; a failure outside of the database is taken for one of the data.
     */
    static boolean isCausedByData(RuntimeException e) {
        SQLException sql = sqlCause(e);
        if (sql != null) {
            String state = sql.getSQLState();
            return state != null && state.length() == 5 && DATA_ERRORS.contains(state.substring(0, 2));
        }
        return !(e instanceof DataAccessException) && !(e instanceof TransactionException);
    }

    private static @Nullable SQLException sqlCause(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }
}
