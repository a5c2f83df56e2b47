package io.freshet.push.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of a server that then closes the connection, in pieces of a size. */
final class ScriptedTransport implements Transport {

    private final ByteBuffer bytes;
    private final int piece;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    ScriptedTransport(String text, int piece) {
        this.bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        this.piece = piece;
    }

    @Override
    public int read(ByteBuffer target) {
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int count = Math.min(Math.min(piece, target.remaining()), bytes.remaining());
        target.put(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        return count;
    }

    @Override
    public void write(byte[] request) {
        written.writeBytes(request);
    }

    @Override
    public boolean hasUnreadBytes() {
        return bytes.hasRemaining();
    }

    @Override
    public void close() {}
}
