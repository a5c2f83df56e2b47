package io.freshet.fleet;

import java.util.List;

/** The fleet or the accounts are not configured as they must be; nothing starts until they are. */
public final class InvalidFleetException extends RuntimeException {

    private final List<String> faults;

    InvalidFleetException(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** One line per fault: the property, the file and line it stands in, and what is wrong with it. */
    public List<String> faults() {
        return faults;
    }
}
