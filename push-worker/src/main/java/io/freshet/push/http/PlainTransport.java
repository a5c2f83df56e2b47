package io.freshet.push.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Unencrypted stream. A read copies the bytes once, from the kernel into a direct buffer. */
record PlainTransport(SocketChannel channel) implements Transport {

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    @Override
    public boolean hasUnreadBytes() throws IOException {
        return channel.socket().getInputStream().available() > 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
