package io.freshet.push.http;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Parser of one response at a time, by RFC 9112, with the buffers that it needs. It blocks until bytes arrive, and
 * holds no more of a body than its buffer. For one thread.
 */
final class ResponseReader {

    private static final int BUFFER = 32 * 1024;
    /** Longest header section, chunk line or trailer section. */
    private static final int MAX_SECTION = 64 * 1024;

    private static final int MAX_INTERIM_RESPONSES = 8;
    private static final int MAX_CHUNK_SIZE_DIGITS = 15;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private byte[] section = new byte[1024];
    private @Nullable HttpConnection connection;
    private boolean hasReceived;

    /** Begins to read a response from this connection. */
    void start(HttpConnection from) {
        connection = from;
        buffer.limit(0);
        hasReceived = false;
    }

    /** Returns whether a byte has been received since the start. */
    boolean hasReceived() {
        return hasReceived;
    }

    /** Returns whether bytes were received that do not belong to the response. */
    boolean hasUnreadBytes() {
        return buffer.hasRemaining();
    }

    /**
     * Reads the header section of the final response; skips interim ones.
     *
     * @throws ProtocolException if it is not valid HTTP
     * @throws EOFException if the server closed the connection before its end
     */
    HeaderSection readHeader() throws IOException {
        for (int i = 0; i <= MAX_INTERIM_RESPONSES; i++) {
            HeaderSection header = new HeaderSection(section, readSection());
            if (!header.isInterim()) {
                return header;
            }
        }
        throw new ProtocolException("too many interim responses");
    }

    /** Reads lines up to an empty one; returns the length of those before it. */
    private int readSection() throws IOException {
        int line = 0;
        for (int length = 0; ; ) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            if (length == section.length) {
                grow();
            }
            int start = buffer.position();
            int count = Math.min(buffer.remaining(), section.length - length);
            buffer.get(start, section, length, count);
            for (int i = 0; i < count; i++, length++) {
                if (section[length] == '\n') {
                    if (length == line || length == line + 1 && section[line] == '\r') {
                        buffer.position(start + i + 1);
                        return line;
                    }
                    line = length + 1;
                }
            }
            buffer.position(start + count);
        }
    }

    private void grow() throws ProtocolException {
        if (section.length == MAX_SECTION) {
            throw new ProtocolException("a header section of more than " + MAX_SECTION + " bytes");
        }
        section = Arrays.copyOf(section, section.length * 2);
    }

    /**
     * Reads the body to its end.
     *
     * @throws ProtocolException if it is not valid HTTP
     * @throws EOFException if the server closed the connection before its end
     */
    void readBody(HeaderSection header, BodyConsumer consumer) throws IOException, InterruptedException {
        if (header.hasNoBody()) {
            return;
        }
        if (header.isChunked()) {
            readChunks(consumer);
        } else if (header.contentLength() >= 0) {
            read(header.contentLength(), consumer);
        } else {
            readToEnd(consumer);
        }
    }

    private void read(long length, BodyConsumer consumer) throws IOException, InterruptedException {
        long left = length;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            left -= pass((int) Math.min(left, buffer.remaining()), consumer);
        }
    }

    private void readToEnd(BodyConsumer consumer) throws IOException, InterruptedException {
        while (buffer.hasRemaining() || receive()) {
            pass(buffer.remaining(), consumer);
        }
    }

    private int pass(int count, BodyConsumer consumer) throws InterruptedException {
        consumer.received(buffer.slice(buffer.position(), count));
        buffer.position(buffer.position() + count);
        return count;
    }

    private void readChunks(BodyConsumer consumer) throws IOException, InterruptedException {
        for (long size = readChunkSize(); size > 0; size = readChunkSize()) {
            read(size, consumer);
            byte b = next();
            if (b != '\n' && (b != '\r' || next() != '\n')) {
                throw new ProtocolException("a chunk longer than its size");
            }
        }
        skipTrailers();
    }

    private long readChunkSize() throws IOException {
        long size = 0;
        int digits = 0;
        byte b = next();
        for (int digit = Character.digit(b, 16); digit >= 0; digit = Character.digit(b, 16)) {
            if (++digits > MAX_CHUNK_SIZE_DIGITS) {
                throw new ProtocolException("a chunk size of too many digits");
            }
            size = 16 * size + digit;
            b = next();
        }
        if (digits == 0 || "\r\n; \t".indexOf(b) < 0) {
            throw new ProtocolException("an invalid chunk size");
        }
        for (int length = 0; b != '\n'; b = next()) {
            if (++length > MAX_SECTION) {
                throw new ProtocolException("a chunk line of more than " + MAX_SECTION + " bytes");
            }
        }
        return size;
    }

    private void skipTrailers() throws IOException {
        for (int length = 0, line = 0; length < MAX_SECTION; length++) {
            byte b = next();
            if (b == '\n') {
                if (line == 0) {
                    return;
                }
                line = 0;
            } else if (b != '\r') {
                line++;
            }
        }
        throw new ProtocolException("trailers of more than " + MAX_SECTION + " bytes");
    }

    // ---- bytes

    private byte next() throws IOException {
        if (!buffer.hasRemaining()) {
            fill();
        }
        return buffer.get();
    }

    private void fill() throws IOException {
        if (!receive()) {
            throw new EOFException("the server closed the connection");
        }
    }

    /** Reads into the empty buffer once; returns false at the end of the stream. */
    private boolean receive() throws IOException {
        buffer.clear();
        try {
            boolean received = requireNonNull(connection).read(buffer) >= 0;
            hasReceived |= received;
            return received;
        } finally {
            buffer.flip();
        }
    }
}
