package io.freshet.push.http;

import java.io.IOException;
import java.net.SocketTimeoutException;

/** The server did not accept a connection in time. */
public final class ConnectTimeoutException extends IOException {

    ConnectTimeoutException(SocketTimeoutException cause) {
        super(cause);
    }
}
