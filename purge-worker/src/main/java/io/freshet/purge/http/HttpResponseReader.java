package io.freshet.purge.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Incremental parser for the responses on one connection, by RFC 9112: consumes exactly the bytes of each response,
 * captures headers, skips bodies. Reading and parsing are separate: the caller decides when to block. For one thread.
 */
final class HttpResponseReader {

    /** Part of a response that the next bytes belong to. */
    private enum Part {
        STATUS_LINE,
        HEADERS,
        BODY,
        CHUNK_SIZE,
        CHUNK_END,
        TRAILERS,
        COMPLETE
    }

    private static final int MAX_LINE = 16_384;
    private static final int MIN_BUFFER = 1_024;
    private static final int MAX_HEADERS = 200;

    /** Responses to purges are a few hundred bytes; a server that sends more than this answers something else. */
    private static final long MAX_BODY = 1_048_576;

    private static final String CONTENT_LENGTH = "content-length";
    private static final String TRANSFER_ENCODING = "transfer-encoding";
    private static final String CONNECTION = "connection";

    private final List<String> capturedNames;

    /** Grows with the responses that wait together: a worker has thousands of connections, and few of them are busy. */
    private byte[] buffer = new byte[MIN_BUFFER];

    /** Received bytes that have not been parsed are between these two; the line end is not before {@link #searched}. */
    private int next;

    private int end;
    private int searched;

    /** Line that was parsed last; it stays in the buffer until the next is parsed. */
    private int line;

    private int lineEnd;

    private Part part = Part.STATUS_LINE;
    private int status;
    private String reason = "";
    private final Map<String, String> captured = new HashMap<>();
    private int headers;
    private long length;
    private boolean chunked;
    private long bodyLeft;
    private boolean last;

    /** Successive responses mostly are the same; the previous one and its texts are used again then. */
    private ResponseHead previous = new ResponseHead(0, "", Map.of());

    /** @param capturedHeaders names of the headers to capture, in lower case */
    HttpResponseReader(Collection<String> capturedHeaders) {
        this.capturedNames = List.copyOf(capturedHeaders);
    }

    /**
     * Reads from the stream once, which blocks until there are bytes.
     *
     * @return whether the buffer is full, so that more bytes probably wait in the stream
     * @throws EOFException if the stream has ended
     */
    boolean receive(InputStream in) throws IOException {
        makeRoom();
        int received = in.read(buffer, end, buffer.length - end);
        if (received < 0) {
            throw new EOFException("the server closed the connection");
        }
        end += received;
        return end == buffer.length;
    }

    /** Moves the unfinished line to the start of the buffer, which grows if the last bytes filled it. */
    private void makeRoom() throws ProtocolException {
        byte[] moved = end == buffer.length ? larger() : buffer;
        System.arraycopy(buffer, next, moved, 0, end - next);
        buffer = moved;
        end -= next;
        searched -= next;
        next = 0;
    }

    private byte[] larger() throws ProtocolException {
        if (buffer.length < MAX_LINE) {
            return new byte[2 * buffer.length];
        }
        if (next == 0) {
            throw new ProtocolException("a line is longer than " + MAX_LINE + " bytes");
        }
        return buffer;
    }

    /**
     * Returns the next response if all its bytes have been received, without blocking; null if not.
     *
     * @throws ProtocolException if the bytes are not HTTP/1.1
     */
    @Nullable
    ResponseHead poll() throws ProtocolException {
        while (part != Part.COMPLETE) {
            boolean isReceived = part == Part.BODY ? skipBody() : nextLine();
            if (!isReceived) {
                return null;
            }
            part = switch (part) {
                case STATUS_LINE -> statusLine();
                case HEADERS -> isLineEmpty() ? endOfHeaders() : header();
                case BODY -> chunked ? Part.CHUNK_END : Part.COMPLETE;
                case CHUNK_SIZE -> chunkSize();
                case CHUNK_END -> chunkEnd();
                case TRAILERS -> isLineEmpty() ? Part.COMPLETE : Part.TRAILERS;
                case COMPLETE -> throw new IllegalStateException();
            };
        }
        part = Part.STATUS_LINE;
        return response();
    }

    private ResponseHead response() {
        boolean isSame = previous.status() == status
                && previous.reason().equals(reason)
                && previous.headers().equals(captured);
        previous = isSame ? previous : new ResponseHead(status, reason, Map.copyOf(captured));
        return previous;
    }

    /** Returns whether the connection ends with the latest response, or the end of that response is not certain. */
    boolean isLast() {
        return last;
    }

    /** Returns whether bytes have been received that belong to no response yet. */
    boolean hasUnparsedBytes() {
        return next < end;
    }

    private Part statusLine() throws ProtocolException {
        if (lineEnd - line < 12 || !startsWith("http/1.") || buffer[line + 8] != ' ') {
            throw new ProtocolException("not an HTTP/1.1 response: " + text(line, lineEnd));
        }
        status = 0;
        for (int i = line + 9; i < line + 12; i++) {
            if (buffer[i] < '0' || buffer[i] > '9') {
                throw new ProtocolException("no status in: " + text(line, lineEnd));
            }
            status = 10 * status + buffer[i] - '0';
        }
        if (status < 100 || status == 101) {
            throw new ProtocolException("unexpected status " + status);
        }
        last = buffer[line + 7] == '0';
        reason = textLike(previous.reason(), Math.min(line + 13, lineEnd), lineEnd);
        captured.clear();
        headers = 0;
        length = -1;
        chunked = false;
        return Part.HEADERS;
    }

    private Part header() throws ProtocolException {
        if (++headers > MAX_HEADERS) {
            throw new ProtocolException("more than " + MAX_HEADERS + " headers");
        }
        int colon = line;
        while (colon < lineEnd && buffer[colon] != ':') {
            colon++;
        }
        if (colon == line || colon == lineEnd) {
            throw new ProtocolException("not a header: " + text(line, lineEnd));
        }
        if (isName(CONTENT_LENGTH, colon)) {
            contentLength(value(colon));
        } else if (isName(TRANSFER_ENCODING, colon)) {
            chunked = true;
            // Any other coding than chunked ends with the connection.
            last |= !value(colon).equalsIgnoreCase("chunked");
        } else if (isName(CONNECTION, colon)) {
            last |= value(colon).toLowerCase(Locale.ROOT).contains("close");
        } else {
            capture(colon);
        }
        return Part.HEADERS;
    }

    private void capture(int colon) {
        for (String name : capturedNames) {
            if (isName(name, colon)) {
                captured.put(name, valueLike(previous.headers().getOrDefault(name, ""), colon));
            }
        }
    }

    private void contentLength(String value) throws ProtocolException {
        long found = number(value, 10);
        if (length >= 0 && length != found) {
            throw new ProtocolException("two different lengths");
        }
        length = found;
    }

    private Part endOfHeaders() throws ProtocolException {
        if (status < 200) { // 1xx: the final response follows
            return Part.STATUS_LINE;
        }
        if (status == 204 || status == 304) {
            return Part.COMPLETE;
        }
        if (chunked) {
            last |= length >= 0; // both is an attempt at smuggling: RFC 9112, 6.3
            return last ? Part.COMPLETE : Part.CHUNK_SIZE;
        }
        if (length < 0) {
            last = true;
            return Part.COMPLETE;
        }
        return body(length);
    }

    private Part body(long bytes) throws ProtocolException {
        if (bytes > MAX_BODY) {
            throw new ProtocolException("a body of " + bytes + " bytes is too large");
        }
        bodyLeft = bytes;
        return Part.BODY;
    }

    private Part chunkSize() throws ProtocolException {
        int extension = line;
        while (extension < lineEnd && buffer[extension] != ';') {
            extension++;
        }
        long size = number(text(line, extension).strip(), 16);
        return size > 0 ? body(size) : Part.TRAILERS;
    }

    private Part chunkEnd() throws ProtocolException {
        if (!isLineEmpty()) {
            throw new ProtocolException("a chunk is longer than its size");
        }
        return Part.CHUNK_SIZE;
    }

    // ---- bytes

    /** Skips received bytes of the body; returns whether it has ended. */
    private boolean skipBody() {
        int skipped = (int) Math.min(bodyLeft, end - next);
        next += skipped;
        searched = next;
        bodyLeft -= skipped;
        return bodyLeft == 0;
    }

    /** Takes the next line; returns false if its end has not been received. */
    private boolean nextLine() {
        int i = searched;
        while (i < end && buffer[i] != '\n') {
            i++;
        }
        if (i == end) {
            searched = end;
            return false;
        }
        line = next;
        lineEnd = i > next && buffer[i - 1] == '\r' ? i - 1 : i;
        next = i + 1;
        searched = next;
        return true;
    }

    private boolean isLineEmpty() {
        return line == lineEnd;
    }

    private boolean isName(String name, int colon) {
        return colon - line == name.length() && startsWith(name);
    }

    /** Returns whether the line starts with this lower-case text, ignoring case. */
    private boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            byte b = buffer[line + i];
            if ((b >= 'A' && b <= 'Z' ? b + 0x20 : b) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String value(int colon) {
        return valueLike("", colon);
    }

    private String valueLike(String known, int colon) {
        int from = colon + 1;
        int to = lineEnd;
        while (from < to && isSpace(buffer[from])) {
            from++;
        }
        while (from < to && isSpace(buffer[to - 1])) {
            to--;
        }
        return textLike(known, from, to);
    }

    /** Optional whitespace around a value: RFC 9110, 5.5. */
    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    /** Returns this text; the known one if it is the same, which saves an allocation. */
    private String textLike(String known, int from, int to) {
        return to - from == known.length() && isAt(from, known) ? known : text(from, to);
    }

    private boolean isAt(int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if ((char) (buffer[from + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String text(int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static long number(String text, int radix) throws ProtocolException {
        try {
            long number = Long.parseLong(text, radix);
            if (number >= 0 && text.charAt(0) != '+') {
                return number;
            }
        } catch (NumberFormatException e) {
            // thrown below
        }
        throw new ProtocolException("not a length: " + text);
    }
}
