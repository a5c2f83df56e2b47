package io.freshet.push.http;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Status line and fields of a response, checked by RFC 9112. It is a view of the bytes that were received, and valid as
 * long as its exchange.
 */
public final class HeaderSection {

    private static final String OTHER_TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~";
    /** More would not fit into a long. */
    private static final int MAX_LENGTH_DIGITS = 18;

    private static final int STATUS_LINE_LENGTH = "HTTP/1.1 200".length();

    private final byte[] bytes;
    /** Starts of the lines, and the end of the last one. */
    private final int[] lines;

    private final int status;
    private final boolean keepAlive;
    private final boolean chunked;
    private final long contentLength;

    /**
     * Checks a header section.
     *
     * @param bytes complete lines without the empty one at the end
     * @throws ProtocolException if it is not HTTP/1.0 or HTTP/1.1, or does not clearly tell where the response ends
     */
    HeaderSection(byte[] bytes, int end) throws ProtocolException {
        this.bytes = bytes;
        this.lines = lines(bytes, end);
        this.status = statusLine();
        Framing framing = new Framing(bytes[7] == '1');
        for (int line = 1; line < lines.length - 1; line++) {
            framing.add(line, checkedColon(line));
        }
        this.chunked = framing.chunked;
        this.contentLength = framing.length;
        // Both lengths are an attempt at smuggling (RFC 9112, 6.3); without one the response ends with the connection.
        this.keepAlive = framing.keepAlive && (hasNoBody() || chunked != contentLength >= 0);
    }

    /** Collects the fields that tell where the response and the connection end. */
    private final class Framing {

        private boolean keepAlive;
        private boolean chunked;
        private long length = -1;

        Framing(boolean keepAlive) {
            this.keepAlive = keepAlive;
        }

        void add(int line, int colon) throws ProtocolException {
            if (isName("content-length", line, colon)) {
                addLength(value(line, colon));
            } else if (isName("transfer-encoding", line, colon)) {
                if (chunked || !value(line, colon).equalsIgnoreCase("chunked")) {
                    throw new ProtocolException("a transfer coding that was not asked for");
                }
                chunked = true;
            } else if (isName("connection", line, colon)) {
                addConnection(value(line, colon));
            }
        }

        private void addLength(String digits) throws ProtocolException {
            if (digits.isEmpty()
                    || digits.length() > MAX_LENGTH_DIGITS
                    || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new ProtocolException("an invalid Content-Length");
            }
            long found = Long.parseLong(digits);
            if (length >= 0 && length != found) {
                throw new ProtocolException("two different lengths");
            }
            length = found;
        }

        private void addConnection(String options) {
            for (String option : options.split(",")) {
                if (option.strip().equalsIgnoreCase("close")) {
                    keepAlive = false;
                }
            }
        }
    }

    private int statusLine() throws ProtocolException {
        int lineEnd = lines.length < 2 ? 0 : lineEnd(0);
        if (lineEnd < STATUS_LINE_LENGTH
                || !text(0, 7).equals("HTTP/1.")
                || bytes[7] != '0' && bytes[7] != '1'
                || bytes[8] != ' '
                || lineEnd > STATUS_LINE_LENGTH && bytes[STATUS_LINE_LENGTH] != ' ') {
            throw new ProtocolException("not an HTTP/1.1 response");
        }
        int number = 0;
        for (int i = 9; i < STATUS_LINE_LENGTH; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw new ProtocolException("no status");
            }
            number = 10 * number + bytes[i] - '0';
        }
        if (number < 100 || number == 101) {
            throw new ProtocolException("unexpected status " + number);
        }
        return number;
    }

    /** Returns the position of the field's colon. */
    private int checkedColon(int line) throws ProtocolException {
        int colon = lines[line];
        while (isTokenCharacter(bytes[colon])) { // the line ends with a line feed
            colon++;
        }
        if (colon == lines[line] || bytes[colon] != ':') {
            throw new ProtocolException("not a header field");
        }
        for (int i = colon + 1, to = lineEnd(line); i < to; i++) {
            if (bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\t' || bytes[i] == 0x7f) {
                throw new ProtocolException("a control character in a header field");
            }
        }
        return colon;
    }

    private static boolean isTokenCharacter(byte b) {
        return b >= 'a' && b <= 'z'
                || b >= 'A' && b <= 'Z'
                || b >= '0' && b <= '9'
                || OTHER_TOKEN_CHARACTERS.indexOf(b) >= 0;
    }

    /** Returns the status code, 200 or more. */
    public int status() {
        return status;
    }

    /** Returns the value of the first field with this name, in any case; null if there is none. */
    public @Nullable String value(String name) {
        for (int line = 1; line < lines.length - 1; line++) {
            int colon = lines[line] + name.length();
            if (colon < lines[line + 1] && bytes[colon] == ':' && isName(name, line, colon)) {
                return value(line, colon);
            }
        }
        return null;
    }

    /** Returns the values of all fields with this name, in any case, joined by commas; null if there is none. */
    public @Nullable String values(String name) {
        StringJoiner values = new StringJoiner(", ");
        boolean isPresent = false;
        for (int line = 1; line < lines.length - 1; line++) {
            int colon = lines[line] + name.length();
            if (colon < lines[line + 1] && bytes[colon] == ':' && isName(name, line, colon)) {
                values.add(value(line, colon));
                isPresent = true;
            }
        }
        return isPresent ? values.toString() : null;
    }

    /** Returns the length of the body in bytes if it was told before it, else -1. */
    public long contentLength() {
        return hasNoBody() ? 0 : chunked ? -1 : contentLength;
    }

    boolean isInterim() {
        return status < 200;
    }

    boolean hasNoBody() {
        return status == 204 || status == 304;
    }

    boolean isChunked() {
        return chunked;
    }

    /** Returns whether the server accepts another request on the connection after this response. */
    boolean isKeptAlive() {
        return keepAlive;
    }

    // ---- bytes

    private static int[] lines(byte[] bytes, int end) {
        int[] lines = new int[16];
        int count = 1;
        for (int i = 0; i < end; i++) {
            if (bytes[i] == '\n') {
                if (count == lines.length) {
                    lines = Arrays.copyOf(lines, 2 * count);
                }
                lines[count++] = i + 1;
            }
        }
        return Arrays.copyOf(lines, count);
    }

    private int lineEnd(int line) {
        int lineFeed = lines[line + 1] - 1;
        return lineFeed > lines[line] && bytes[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
    }

    private boolean isName(String name, int line, int colon) {
        int start = lines[line];
        if (colon - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (lower((char) bytes[start + i]) != lower(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    private String value(int line, int colon) {
        return text(colon + 1, lineEnd(line)).strip();
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
