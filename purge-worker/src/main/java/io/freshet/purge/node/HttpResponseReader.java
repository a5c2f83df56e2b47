package io.freshet.purge.node;

import io.freshet.purge.driver.PurgeAnswer;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers to purges from one connection, one after the other, by RFC 9112: exactly so many bytes as belong to each. Of the headers
 * it keeps the one that matters; bodies are passed over. For one thread.
 */
final class HttpResponseReader {

    /** Where the bytes come from. */
    interface Source {

        /** As {@link java.io.InputStream#read(byte[], int, int)}. */
        int read(byte[] into, int offset, int length) throws IOException;
    }

    private static final int MAX_LINE = 16_384;
    private static final int MAX_HEADERS = 200;

    /** Answers to purges are a few hundred bytes; a node that sends more than this is not answering a purge. */
    private static final long MAX_BODY = 1_048_576;

    private static final String CONTENT_LENGTH = "content-length";
    private static final String TRANSFER_ENCODING = "transfer-encoding";
    private static final String CONNECTION = "connection";

    private final Source source;
    private final String marker;
    private final byte[] buffer = new byte[MAX_LINE];
    /** What has been received and not been read yet. */
    private int next;

    private int end;

    /** The line that was read last; it stays in the buffer until the next is read. */
    private int line;

    private int lineEnd;

    private int status;
    private long length;
    private boolean chunked;
    private boolean last;
    private @Nullable String identity;

    /** Of the answers before: the next ones mostly say the same. */
    private String lastReason = "";

    private String lastIdentity = "";

    /**
     * @param marker the name of the header to keep
     */
    HttpResponseReader(Source source, String marker) {
        this.source = source;
        this.marker = marker.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads one answer to its end.
     *
     * @throws IOException if the connection ends before, or what comes is not HTTP/1.1
     */
    PurgeAnswer read() throws IOException {
        String reason;
        do {
            readLine();
            reason = statusLine();
            readHeaders();
        } while (status < 200); // 1xx are not the answer yet
        skipBody();
        return new PurgeAnswer(status, reason, identity);
    }

    /** Whether nothing more will come after the answer that was read last, or nobody can tell where it ended. */
    boolean isLast() {
        return last;
    }

    /** Whether something has come that nobody has read. */
    boolean hasMore() {
        return next < end;
    }

    private String statusLine() throws ProtocolException {
        if (lineEnd - line < 12 || !startsWith("http/1.") || buffer[line + 8] != ' ') {
            throw new ProtocolException("not an HTTP/1.1 answer: " + text(line, lineEnd));
        }
        status = 0;
        for (int i = line + 9; i < line + 12; i++) {
            if (buffer[i] < '0' || buffer[i] > '9') {
                throw new ProtocolException("no status in: " + text(line, lineEnd));
            }
            status = 10 * status + buffer[i] - '0';
        }
        if (status < 100 || status == 101) {
            throw new ProtocolException("answered " + status + ", which nobody asked for");
        }
        last = buffer[line + 7] == '0';
        lastReason = textLike(lastReason, Math.min(line + 13, lineEnd), lineEnd);
        return lastReason;
    }

    private void readHeaders() throws IOException {
        length = -1;
        chunked = false;
        identity = null;
        for (int i = 0; i < MAX_HEADERS; i++) {
            readLine();
            if (line == lineEnd) {
                return;
            }
            header();
        }
        throw new ProtocolException("more than " + MAX_HEADERS + " headers");
    }

    private void header() throws ProtocolException {
        int colon = line;
        while (colon < lineEnd && buffer[colon] != ':') {
            colon++;
        }
        if (colon == line || colon == lineEnd) {
            throw new ProtocolException("not a header: " + text(line, lineEnd));
        }
        if (isName(CONTENT_LENGTH, colon)) {
            readLength(value(colon));
        } else if (isName(TRANSFER_ENCODING, colon)) {
            chunked = true;
            // Any other coding than chunked ends with the connection.
            last |= !value(colon).equalsIgnoreCase("chunked");
        } else if (isName(CONNECTION, colon)) {
            last |= value(colon).toLowerCase(Locale.ROOT).contains("close");
        } else if (isName(marker, colon)) {
            lastIdentity = valueLike(lastIdentity, colon);
            identity = lastIdentity;
        }
    }

    private void readLength(String value) throws ProtocolException {
        long found = number(value, 10);
        if (length >= 0 && length != found) {
            throw new ProtocolException("two different lengths");
        }
        length = found;
    }

    private void skipBody() throws IOException {
        if (status == 204 || status == 304) {
            return;
        }
        if (chunked) {
            last |= length >= 0; // both is an attempt at smuggling: RFC 9112, 6.3
            if (!last) {
                skipChunks();
            }
        } else if (length >= 0) {
            skip(length);
        } else {
            last = true;
        }
    }

    private void skipChunks() throws IOException {
        long size;
        do {
            readLine();
            int extension = line;
            while (extension < lineEnd && buffer[extension] != ';') {
                extension++;
            }
            size = number(text(line, extension).strip(), 16);
            if (size > 0) {
                skip(size);
                readLine();
                if (line != lineEnd) {
                    throw new ProtocolException("a chunk is longer than it says");
                }
            }
        } while (size > 0);
        do {
            readLine(); // trailers
        } while (line != lineEnd);
    }

    private void skip(long bytes) throws IOException {
        if (bytes > MAX_BODY) {
            throw new ProtocolException("a body of " + bytes + " bytes is no answer to a purge");
        }
        long left = bytes;
        while (left > end - next) {
            left -= end - next;
            next = end;
            receive();
        }
        next += (int) left;
    }

    // ---- bytes

    private void readLine() throws IOException {
        int i = next;
        while (true) {
            while (i < end) {
                if (buffer[i] == '\n') {
                    line = next;
                    lineEnd = i > next && buffer[i - 1] == '\r' ? i - 1 : i;
                    next = i + 1;
                    return;
                }
                i++;
            }
            int seen = i - next;
            receive();
            i = next + seen;
        }
    }

    private void receive() throws IOException {
        if (next > 0) { // what is left is part of a line
            System.arraycopy(buffer, next, buffer, 0, end - next);
            end -= next;
            next = 0;
        }
        if (end == buffer.length) {
            throw new ProtocolException("a line of more than " + MAX_LINE + " bytes");
        }
        int received = source.read(buffer, end, buffer.length - end);
        if (received < 0) {
            throw new EOFException("the node closed the connection");
        }
        end += received;
    }

    private boolean isName(String name, int colon) {
        return colon - line == name.length() && startsWith(name);
    }

    /** Whether the line begins with this, which is in lower case, in whatever case. */
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

    /** This text; the known one if it is the same, which costs no memory. */
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
            // told below
        }
        throw new ProtocolException("not a length: " + text);
    }
}
