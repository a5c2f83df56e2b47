package io.freshet.task.query;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Query text and parameters, with only the conditions that a request asks for, so that each query can use its index.
 */
final class SqlBuilder {

    private final StringBuilder sql;
    private final Map<String, Object> parameters = new HashMap<>();

    SqlBuilder(String start) {
        this.sql = new StringBuilder(start);
    }

    SqlBuilder append(String text) {
        sql.append(text);
        return this;
    }

    SqlBuilder with(String name, Object value) {
        parameters.put(name, value);
        return this;
    }

    /** Adds the condition, which names the parameter, unless the value is null. */
    SqlBuilder where(String condition, String name, @Nullable Object value) {
        return value == null ? this : append(" and " + condition).with(name, value);
    }

    String sql() {
        return sql.toString();
    }

    Map<String, Object> parameters() {
        return parameters;
    }
}
