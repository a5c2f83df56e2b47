package io.freshet.task.query;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A query that grows by the conditions that are asked for, and by no others: so each can be served by its index. */
final class Statement {

    private final StringBuilder sql;
    private final Map<String, Object> parameters = new HashMap<>();

    Statement(String start) {
        this.sql = new StringBuilder(start);
    }

    Statement append(String text) {
        sql.append(text);
        return this;
    }

    Statement with(String name, Object value) {
        parameters.put(name, value);
        return this;
    }

    /** Adds the condition, which names the parameter, if there is a value. */
    Statement where(String condition, String name, @Nullable Object value) {
        return value == null ? this : append(" and " + condition).with(name, value);
    }

    String sql() {
        return sql.toString();
    }

    Map<String, Object> parameters() {
        return parameters;
    }
}
