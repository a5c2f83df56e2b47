package io.freshet.fleet.validation;

import java.util.List;

/** The fleet or the accounts are not configured as they must be; nothing starts until they are. */
public final class InvalidFleetException extends RuntimeException {

    private final List<String> errors;

    public InvalidFleetException(List<String> errors) {
        super(String.join("\n", errors));
        this.errors = List.copyOf(errors);
    }

    /** One line per fault: the property, the file and line it stands in, and what is wrong with it. */
    public List<String> errors() {
        return errors;
    }
}
