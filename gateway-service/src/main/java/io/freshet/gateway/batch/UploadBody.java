package io.freshet.gateway.batch;

import io.freshet.gateway.problem.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of an upload as they arrive. Its failures are told apart from those of decompression. */
final class UploadBody extends FilterInputStream {

    /** Thrown if the connection was closed before the body's end. */
    static final class DisconnectedException extends RuntimeException {

        DisconnectedException(Throwable cause) {
            super("the client disconnected", cause);
        }
    }

    /** A byte that {@link #available} has read ahead; -1 for none. */
    private int ahead = -1;

    private boolean ended;

    UploadBody(InputStream body) {
        super(body);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (ahead >= 0) {
            buffer[offset] = (byte) ahead;
            ahead = -1;
            return 1;
        }
        int count = ended ? -1 : readOnce(buffer, offset, length);
        ended = count < 0;
        return count;
    }

    private int readOnce(byte[] buffer, int offset, int length) {
        try {
            return super.read(buffer, offset, length);
        } catch (ProblemException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new DisconnectedException(e);
        }
    }

    /** Waits until it is known whether the body goes on: gzip takes 0 for its end, and would ignore further members. */
    @Override
    public int available() throws IOException {
        if (ahead < 0) {
            ahead = read();
        }
        return ahead < 0 ? 0 : 1;
    }

    /** Reads and drops what is left, at most so many bytes, so that the client reads the answer. */
    void drain(long maxBytes) throws IOException {
        byte[] dropped = new byte[16 * 1_024];
        long left = maxBytes;
        for (int count = 0; left > 0 && count >= 0; left -= count) {
            count = read(dropped, 0, dropped.length);
        }
    }
}
