package io.freshet.gateway.auth;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import org.springframework.http.HttpHeaders;

/** Problems of requests without a valid token. */
final class InvalidToken {

    private static final String CHALLENGE = "Bearer realm=\"freshet\"";

    private InvalidToken() {}

    /** Returns the 401 problem of a token that is refused. */
    static ProblemException of(String detail) {
        return unauthorized(detail, CHALLENGE + ", error=\"invalid_token\"");
    }

    /** Returns the 401 problem of a request that has no token. */
    static ProblemException missing(String detail) {
        return unauthorized(detail, CHALLENGE);
    }

    private static ProblemException unauthorized(String detail, String challenge) {
        // Closes the connection, so that idle connections are those of authenticated clients.
        return ProblemException.of(ProblemType.UNAUTHORIZED, detail)
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .header(HttpHeaders.CONNECTION, "close");
    }
}
