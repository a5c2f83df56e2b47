package io.freshet.push.http;

import java.nio.ByteBuffer;

/** Consumer of a body. */
@FunctionalInterface
public interface BodyConsumer {

    /**
     * Takes bytes as they were received.
     *
     * @param bytes valid during the call
     * @throws InterruptedException to end the exchange
     */
    void received(ByteBuffer bytes) throws InterruptedException;
}
