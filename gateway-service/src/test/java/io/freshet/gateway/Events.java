package io.freshet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.JsonMapping;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The events of a stream, as a client reads them. */
final class Events implements AutoCloseable {

    private static final String END = "end";

    private final Stream<String> lines;
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();

    Events(Stream<String> lines) {
        this.lines = lines;
        Thread.ofVirtual().start(() -> {
            try {
                lines.forEach(received::add);
            } finally {
                received.add(END);
            }
        });
    }

    Map<?, ?> next() throws InterruptedException {
        for (String line = take(); line != null; line = take()) {
            if (line.startsWith("data:")) {
                return JsonMapping.mapper().readValue(line.substring("data:".length()), Map.class);
            }
        }
        throw new AssertionError("no further event");
    }

    /** Returns whether an event with this text comes within a second. */
    boolean hasSoon(String text) throws InterruptedException {
        for (String line = received.poll(1, TimeUnit.SECONDS);
                line != null;
                line = received.poll(1, TimeUnit.SECONDS)) {
            if (line.startsWith("data:") && line.contains(text)) {
                return true;
            }
        }
        return false;
    }

    void awaitOpen() throws InterruptedException {
        assertThat(take()).startsWith(":");
    }

    /** Waits for the next comment, whatever comes before: the stream is open. */
    void awaitHeartbeat() throws InterruptedException {
        String line = take();
        while (line != null && !line.equals(END) && !line.startsWith(":")) {
            line = take();
        }
        assertThat(line).startsWith(":");
    }

    void awaitEnd() throws InterruptedException {
        String line = take();
        while (line != null && !line.equals(END)) {
            assertThat(line).doesNotStartWith("data:");
            line = take();
        }
        assertThat(line).isEqualTo(END);
    }

    /** Waits for the end, whatever comes before. */
    void awaitEndAfterEvents() throws InterruptedException {
        String line = take();
        while (line != null && !line.equals(END)) {
            line = take();
        }
        assertThat(line).isEqualTo(END);
    }

    private @Nullable String take() throws InterruptedException {
        return received.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        lines.close();
    }
}
