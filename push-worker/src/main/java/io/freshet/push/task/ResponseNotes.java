package io.freshet.push.task;

import io.freshet.push.fetch.BodySink;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Notes on the headers of the responses to requests for one variant: redirects, retries. */
final class ResponseNotes implements BodySink {

    private final BodySink body;
    private final Set<String> vary = new HashSet<>();
    private @Nullable String encoding;
    private @Nullable String location;

    /**
     * Creates empty notes.
     *
     * @param body receives the responses
     */
    ResponseNotes(BodySink body) {
        this.body = body;
    }

    /** Begins another request. */
    void begin() {
        encoding = null;
        location = null;
    }

    @Override
    public void start(int status, UnaryOperator<@Nullable String> header) {
        String names = header.apply("Vary");
        if (names != null) {
            Stream.of(names.split(",")).map(String::strip).forEach(vary::add);
        }
        encoding = header.apply("Content-Encoding");
        location = status / 100 == 3 ? header.apply("Location") : null;
        body.start(status, header);
    }

    @Override
    public boolean takesBody() {
        return body.takesBody();
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
        body.write(buffer, offset, length);
    }

    /** Returns the names of the headers that some response depends on. */
    Set<String> vary() {
        return vary;
    }

    /** Returns the encoding of the last response; null if there is none. */
    @Nullable
    String encoding() {
        return encoding;
    }

    /** Returns the target of the last response; null if it is no redirect. */
    @Nullable
    String location() {
        return location;
    }
}
