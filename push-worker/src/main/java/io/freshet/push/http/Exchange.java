package io.freshet.push.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request and its response. The connection is kept if the exchange is closed after the whole response. */
public final class Exchange implements AutoCloseable {

    private final KeepAliveClient client;
    private final HttpConnection connection;
    private final ResponseReader reader;
    private @Nullable HeaderSection header;
    private boolean complete;

    Exchange(KeepAliveClient client, HttpConnection connection, ResponseReader reader) {
        this.client = client;
        this.connection = connection;
        this.reader = reader;
    }

    /** Sends the request and reads the response up to its body. */
    void send(byte[] request, long deadline) throws IOException {
        connection.setDeadline(deadline);
        reader.start(connection);
        connection.write(request);
        header = reader.readHeader();
        complete = header.hasNoBody();
    }

    /** Returns whether a part of the response has been received. */
    boolean hasReceived() {
        return reader.hasReceived();
    }

    /** Returns the status and the fields of the response, until the exchange is closed. */
    public HeaderSection header() {
        return requireNonNull(header);
    }

    /**
     * Reads the body to its end; at most once.
     *
     * @throws IOException if the body does not end as the server announced, or a limit of time was exceeded
     */
    public void readBody(BodyConsumer consumer) throws IOException, InterruptedException {
        reader.readBody(header(), consumer);
        complete = true;
    }

    /** Extends the limit of the exchange by the time that its user did not read. */
    public void extendDeadline(Duration waited) {
        connection.setDeadline(connection.deadline() + waited.toNanos());
    }

    @Override
    public void close() {
        boolean keep = complete && header().isKeptAlive() && !reader.hasUnreadBytes();
        client.release(connection, reader, keep);
    }
}
