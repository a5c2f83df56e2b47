package io.freshet.push.task;

import io.freshet.push.fetch.BodySink;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Notes on the header of the last response to a request. Its body is only counted. */
final class ResponseNotes implements BodySink {

    private int status;
    private Set<String> vary = Set.of();
    private @Nullable String encoding;
    private @Nullable String location;

    /** Forgets the response before. */
    void clear() {
        status = 0;
        vary = Set.of();
        encoding = null;
        location = null;
    }

    @Override
    public void start(int answered, UnaryOperator<@Nullable String> header) {
        status = answered;
        String names = header.apply("Vary");
        vary = names == null
                ? Set.of()
                : Stream.of(names.split(","))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        encoding = header.apply("Content-Encoding");
        location = answered / 100 == 3 ? header.apply("Location") : null;
    }

    @Override
    public boolean takesBody() {
        return false;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {}

    int status() {
        return status;
    }

    /** Returns the names of the headers that the response depends on, in lower case. */
    Set<String> vary() {
        return vary;
    }

    @Nullable
    String encoding() {
        return encoding;
    }

    /** Returns the target of a redirect; null if the response is none. */
    @Nullable
    String location() {
        return location;
    }
}
