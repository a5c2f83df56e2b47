package io.freshet.task.web;

/** Thrown for an invalid request; names the invalid parameter or field. */
public final class InvalidRequestException extends RuntimeException {

    private final String pointer;

    /**
     * @param pointer the name of the parameter, or a JSON pointer into the body
     * @param detail the reason, to be read after the pointer
     */
    public InvalidRequestException(String pointer, String detail) {
        super(detail);
        this.pointer = pointer;
    }

    String pointer() {
        return pointer;
    }
}
