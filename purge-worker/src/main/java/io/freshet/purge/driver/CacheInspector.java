package io.freshet.purge.driver;

import io.freshet.contracts.inspection.CopyDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests that look into one node's cache without a fetch. Stateless. */
public interface CacheInspector {

    /**
     * Returns a text that differs after each start of the server and each change of its purge configuration; null if
     * that configuration cannot be inspected.
     *
     * @param probe the node's response to {@link PurgeDriver#probe}
     */
    @Nullable
    String configuration(PurgeAnswer probe);

    /** Returns how an operator makes the node's configuration one that can be inspected. */
    String remedy();

    /** Returns a request that asks for the node's copy of a URL. */
    PurgeRequest look(Purge url);

    /** Returns whether the server may close the connection after a look, which then needs one of its own. */
    boolean mayCloseConnection();

    /** Returns the meaning of the response to a look. */
    Look look(PurgeAnswer answer);

    /** Returns the names of the headers that {@link #details} reads, beside those of every response. */
    List<String> detailHeaders();

    /** Returns what the response to a look tells about the copy. */
    CopyDetails details(PurgeAnswer answer);

    /**
     * Returns a request that makes the node ask its backend for a URL by {@code HEAD}, without a lookup; null if the
     * server has none. {@link #details} reads the response, too.
     */
    @Nullable
    PurgeRequest askBackend(Purge url);

    /** Returns whether test objects can be put into the cache. */
    boolean canPut();

    /** Returns a request that puts an object into the cache, as if it had been fetched. 200 and 204 are success. */
    PurgeRequest put(Purge url);
}
