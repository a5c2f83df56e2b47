package io.freshet.push.discover;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Stream that fails once it has more than so many bytes. */
final class BoundedStream extends FilterInputStream {

    private final long limit;
    private long count;

    BoundedStream(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        counted(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        counted(Math.max(0, read));
        return read;
    }

    private void counted(int read) throws BodyTooLargeException {
        count += read;
        if (count > limit) {
            throw new BodyTooLargeException(limit);
        }
    }
}
