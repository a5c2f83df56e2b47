package io.freshet.contracts.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The check that both commands make of their objects. */
final class CommandObjects {

    private CommandObjects() {}

    static List<String> present(@Nullable List<String> objects) {
        if (objects == null || objects.isEmpty()) {
            throw new IllegalArgumentException("a command names at least one object");
        }
        return List.copyOf(objects);
    }
}
