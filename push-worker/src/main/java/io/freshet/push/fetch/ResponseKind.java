package io.freshet.push.fetch;

/** Kind of a response to a push, by its status. Caches may keep responses of every kind (RFC 9111, section 3). */
enum ResponseKind {
    /** The object, or that it is empty. */
    CONTENT,
    /** A redirect that caches keep unless they are told otherwise (RFC 9110, section 15.1). */
    LASTING_REDIRECT,
    /** A redirect that caches keep only if they are told to. */
    TEMPORARY_REDIRECT,
    /** An error that may pass. */
    TEMPORARY_ERROR,
    /** Anything else. Readers would get it instead of the object. */
    ERROR;

    static ResponseKind of(int status) {
        return switch (status) {
            case 206 -> ERROR; // partial content, which was not asked for
            case 300, 301, 308 -> LASTING_REDIRECT;
            case 302, 303, 307 -> TEMPORARY_REDIRECT;
            case 429 -> TEMPORARY_ERROR;
            default -> status / 100 == 2 ? CONTENT : status >= 500 ? TEMPORARY_ERROR : ERROR;
        };
    }

    boolean isRedirect() {
        return this == LASTING_REDIRECT || this == TEMPORARY_REDIRECT;
    }

    boolean isError() {
        return this == ERROR || this == TEMPORARY_ERROR;
    }
}
