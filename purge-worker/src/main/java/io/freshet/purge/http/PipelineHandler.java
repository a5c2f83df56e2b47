package io.freshet.purge.http;

import java.util.List;

/** Source of the requests of a {@link PipelinedHttpConnection} and receiver of their responses. */
public interface PipelineHandler {

    /** Receives the response to the oldest outstanding request. */
    void onResponse(ResponseHead response);

    /**
     * The oldest outstanding request has exceeded the stall timeout. All later requests must be sent again on another
     * connection.
     *
     * @return whether to wait for that response; if false, the exchange ends with a {@link
     *     java.net.SocketTimeoutException}
     */
    boolean onStall();

    /**
     * Returns the next requests for this connection; empty if there are none.
     *
     * @param maxRequests limit for their number
     * @param maxBytes limit for their total size
     */
    List<byte[]> nextRequests(int maxRequests, int maxBytes);
}
