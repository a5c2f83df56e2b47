package io.freshet.purge.partition;

import io.freshet.purge.cursor.Cursors;
import java.util.Map;

/**
 * State of a partition that may be committed.
 *
 * @param position every command below it has been delivered to all nodes that are not lagging
 * @param cursors by node id
 */
public record PartitionSnapshot(long position, Map<String, Cursors> cursors) {}
