package io.freshet.task.web;

/** A request that cannot be answered, and the entry to blame. */
public final class InvalidRequestException extends RuntimeException {

    private final String pointer;

    /**
     * @param pointer the name of the parameter, or a JSON pointer into the body
     * @param detail what is wrong with it
     */
    public InvalidRequestException(String pointer, String detail) {
        super(detail);
        this.pointer = pointer;
    }

    String pointer() {
        return pointer;
    }
}
