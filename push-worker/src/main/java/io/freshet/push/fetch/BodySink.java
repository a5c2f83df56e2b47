package io.freshet.push.fetch;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Receiver of a response that is not an error. It must not block. */
public interface BodySink {

    /** Drops the body, which is then only counted. */
    BodySink DISCARD = new BodySink() {
        @Override
        public void start(int status, UnaryOperator<@Nullable String> header) {}

        @Override
        public boolean takesBody() {
            return false;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {}
    };

    /**
     * Begins a response. A retry begins another one.
     *
     * @param header returns the values of all fields with a name, joined by commas; null if there is none; valid during
     *     the call
     */
    void start(int status, UnaryOperator<@Nullable String> header);

    /**
     * Returns whether the sink takes the body of the response that it was given. Otherwise the body is counted, but not
     * copied into an array.
     */
    default boolean takesBody() {
        return true;
    }

    /**
     * Takes the next bytes of the body as they travelled, which may be compressed.
     *
     * @param buffer valid during the call
     */
    void write(byte[] buffer, int offset, int length);
}
