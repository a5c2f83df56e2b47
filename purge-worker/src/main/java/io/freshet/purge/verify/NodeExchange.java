package io.freshet.purge.verify;

import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;

/** Connection to a node for one request at a time. */
public interface NodeExchange {

    /** Sends a request and returns the node's response. */
    PurgeAnswer send(PurgeRequest request) throws IOException;
}
