package io.freshet.push.fetch;

import org.apache.hc.core5.http.HttpStatus;

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
            case HttpStatus.SC_PARTIAL_CONTENT -> ERROR; // no part was asked for
            case HttpStatus.SC_MULTIPLE_CHOICES, HttpStatus.SC_MOVED_PERMANENTLY, HttpStatus.SC_PERMANENT_REDIRECT ->
                LASTING_REDIRECT;
            case HttpStatus.SC_MOVED_TEMPORARILY, HttpStatus.SC_SEE_OTHER, HttpStatus.SC_TEMPORARY_REDIRECT ->
                TEMPORARY_REDIRECT;
            case HttpStatus.SC_TOO_MANY_REQUESTS -> TEMPORARY_ERROR;
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
