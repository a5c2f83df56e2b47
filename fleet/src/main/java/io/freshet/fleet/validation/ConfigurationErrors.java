package io.freshet.fleet.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Collects everything that is wrong with the configuration, so that one start shows all of it. */
public final class ConfigurationErrors {

    private final List<String> found = new ArrayList<>();
    private final Function<String, String> whereIs;

    /**
     * @param whereIs from a property's name to the file and line it stands in, or to an empty text
     */
    public ConfigurationErrors(Function<String, String> whereIs) {
        this.whereIs = whereIs;
    }

    public void add(String property, String reason) {
        String where = whereIs.apply(property);
        found.add(property + (where.isEmpty() ? "" : " (" + where + ")") + ": " + reason);
    }

    /** Adds a fault unless the condition holds; tells whether it does. */
    public boolean check(boolean condition, String property, String reason) {
        if (!condition) {
            add(property, reason);
        }
        return condition;
    }

    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidFleetException(found);
        }
    }
}
