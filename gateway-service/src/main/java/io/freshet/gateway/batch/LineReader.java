package io.freshet.gateway.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reader of lines of UTF-8 that end with LF or CRLF. A byte order mark at the start is skipped. It never holds more of
 * a line than the limit, however long the line is.
 */
final class LineReader {

    private static final int BUFFER = 16 * 1_024;
    private static final int SHOWN_OF_LONG_LINES = 200;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int end;
    /** Bytes of the current line. */
    private final byte[] line;

    private int length;
    private boolean tooLong;
    private int number;

    /**
     * Creates a reader.
     *
     * @param maxLength bytes of the longest line
     */
    LineReader(InputStream input, int maxLength) {
        this.input = input;
        this.line = new byte[maxLength];
    }

    /** Returns the next line, or null at the end. */
    @Nullable
    UploadLine next() throws IOException {
        length = 0;
        tooLong = false;
        boolean begun = false;
        while (position < end || fill()) {
            begun = true;
            int lineFeed = indexOfLineFeed();
            append(lineFeed < 0 ? end : lineFeed);
            if (lineFeed >= 0) {
                position = lineFeed + 1;
                return line();
            }
            position = end;
        }
        return begun ? line() : null;
    }

    private boolean fill() throws IOException {
        position = 0;
        end = Math.max(0, input.read(buffer));
        return end > 0;
    }

    private int indexOfLineFeed() {
        for (int i = position; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void append(int to) {
        int count = Math.min(to - position, line.length - length);
        tooLong |= count < to - position;
        System.arraycopy(buffer, position, line, length, count);
        length += count;
    }

    private UploadLine line() {
        number++;
        int start = number == 1 && startsWithByteOrderMark() ? BYTE_ORDER_MARK.length : 0;
        if (tooLong) {
            String beginning = new String(line, start, SHOWN_OF_LONG_LINES, StandardCharsets.UTF_8);
            return new UploadLine(number, beginning, "is longer than " + line.length + " bytes");
        }
        int last = length > start && line[length - 1] == '\r' ? length - 1 : length;
        return decoded(start, last);
    }

    private boolean startsWithByteOrderMark() {
        return length >= BYTE_ORDER_MARK.length
                && Arrays.equals(line, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }

    private UploadLine decoded(int from, int to) {
        if (isAscii(from, to)) {
            return new UploadLine(number, new String(line, from, to - from, StandardCharsets.ISO_8859_1), null);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line, from, to - from))
                    .toString();
            return new UploadLine(number, text, null);
        } catch (CharacterCodingException e) {
            String text = new String(line, from, to - from, StandardCharsets.UTF_8);
            return new UploadLine(number, text, "is not UTF-8");
        }
    }

    private boolean isAscii(int from, int to) {
        for (int i = from; i < to; i++) {
            if (line[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
