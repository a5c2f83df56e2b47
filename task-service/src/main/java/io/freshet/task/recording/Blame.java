package io.freshet.task.recording;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Whose fault a failure is: a record's, which it will be for ever, or the world's, which may pass. */
final class Blame {

    /** Classes of SQLSTATE: cardinality, data exception, integrity constraint, program limit. All others are about the database, not the data. */
    private static final Set<String> ABOUT_DATA = Set.of("21", "22", "23", "54");

    private Blame() {}

    static boolean isOnRecord(RuntimeException e) {
        SQLException sql = sqlCause(e);
        if (sql != null) {
            String state = sql.getSQLState();
            return state != null && state.length() == 5 && ABOUT_DATA.contains(state.substring(0, 2));
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
