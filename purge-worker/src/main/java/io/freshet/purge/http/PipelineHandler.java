package io.freshet.purge.http;

import java.util.List;

/** Source of the requests of a {@link PipelinedHttpConnection} and receiver of their responses. */
public interface PipelineHandler {

    /** Receives the response to the oldest outstanding request. */
    void onResponse(ResponseHead response);

    /**
     * The oldest outstanding request has exceeded the stall timeout. The connection keeps waiting for that response
     * only; the caller must resend all later requests on another connection.
     */
    void onStall();

    /**
     * Returns the next requests for this connection; empty if there are none.
     *
     * @param maxRequests limit for their number
     * @param maxBytes limit for their total size
     */
    List<byte[]> nextRequests(int maxRequests, int maxBytes);
}
