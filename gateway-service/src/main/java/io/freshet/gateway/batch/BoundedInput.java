package io.freshet.gateway.batch;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Input of limited size and duration, which is followed while it is read. */
final class BoundedInput extends FilterInputStream {

    private final long maxBytes;
    private final long deadline;
    private final Runnable onRead;
    private long read;

    /**
     * Creates a bounded input.
     *
     * @param deadline {@link System#nanoTime()} by which it must have been read
     * @param onRead runs after each read
     */
    BoundedInput(InputStream input, long maxBytes, long deadline, Runnable onRead) {
        super(input);
        this.maxBytes = maxBytes;
        this.deadline = deadline;
        this.onRead = onRead;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        read += Math.max(0, count);
        if (read > maxBytes) {
            throw ProblemException.of(
                    ProblemType.TOO_LARGE, "The batch has more than " + maxBytes + " bytes after decompression.");
        }
        if (System.nanoTime() - deadline > 0) {
            throw ProblemException.of(ProblemType.REQUEST_TIMEOUT, "The batch did not arrive in time.");
        }
        onRead.run();
        return count;
    }
}
