package io.freshet.push.discover;

import java.io.IOException;

/** A body that unpacks to more than its limit. */
final class BodyTooLargeException extends IOException {

    BodyTooLargeException(long limit) {
        super("unpacks to more than " + limit / 1_000_000 + " MB");
    }
}
