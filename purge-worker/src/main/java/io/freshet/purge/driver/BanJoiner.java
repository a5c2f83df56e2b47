package io.freshet.purge.driver;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins bans of many objects to requests that the server takes for few bans. */
public interface BanJoiner {

    /** Returns the names of the response headers that {@link #resolved} reads. */
    List<String> headers();

    /**
     * Returns the request by which the node tells how it would compare a ban, without adding it; null if that is known,
     * or if the ban cannot be joined with others.
     */
    @Nullable
    PurgeRequest resolve(Purge purge);

    /**
     * Returns a ban as the node compares it.
     *
     * @param answer to {@link #resolve}; null if it has no such request
     * @throws IOException if the answer does not tell it
     */
    ResolvedBan resolved(Purge purge, @Nullable PurgeAnswer answer) throws IOException;

    /**
     * Returns the request that drops what any of these bans names. Of second purges it keeps what the one that keeps
     * least keeps.
     *
     * @param bans at least one; the others are of the first one's {@link ResolvedBan#group}, or covered by it
     */
    PurgeRequest join(List<ResolvedBan> bans);
}
