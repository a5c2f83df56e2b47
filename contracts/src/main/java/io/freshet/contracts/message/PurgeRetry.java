package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Purges of one refresh that a healthy node has not completed: the node refuses these objects or is busy with them. The
 * worker that owns the partition sends them again until the node has completed them or the time is over. A compacted
 * topic holds them, so that the next owner knows them.
 *
 * @param partition of the refresh in the purge commands
 * @param offset of the refresh on that partition
 * @param topicId of the purge commands
 * @param objectCount objects of the whole task
 * @param objects those that the node has not completed
 * @param refused whether the node refuses them, so that they have failed for now
 * @param reason continues a sentence that begins with the node's id
 * @param until end of the retries
 * @param ended whether the time is over: the objects have failed, and are known until the refresh leaves the topic
 */
public record PurgeRetry(
        int partition,
        long offset,
        String topicId,
        String node,
        TaskId taskId,
        String account,
        String domain,
        Selector selector,
        boolean soft,
        Instant acceptedAt,
        int objectCount,
        List<RetriedObject> objects,
        boolean refused,
        String reason,
        Instant until,
        boolean ended)
        implements Message {

    /**
     * One object.
     *
     * @param index position in the task, from 0
     * @param object the URL or directory
     */
    public record RetriedObject(int index, String object) {

        public RetriedObject {
            requireNonNull(object, "object");
        }
    }

    public PurgeRetry {
        requireNonNull(topicId, "topicId");
        requireNonNull(node, "node");
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(domain, "domain");
        requireNonNull(selector, "selector");
        requireNonNull(acceptedAt, "acceptedAt");
        requireNonNull(reason, "reason");
        requireNonNull(until, "until");
        objects = List.copyOf(objects);
    }

    /** Returns these purges with more objects of the same refresh. */
    public PurgeRetry with(List<RetriedObject> more) {
        return of(Stream.concat(objects.stream(), more.stream())
                .distinct()
                .sorted(Comparator.comparingInt(RetriedObject::index))
                .toList());
    }

    /** Returns these purges without some of their objects. */
    public PurgeRetry without(List<RetriedObject> some) {
        Set<RetriedObject> removed = Set.copyOf(some);
        return of(objects.stream().filter(object -> !removed.contains(object)).toList());
    }

    /** Returns these purges for some of their objects only. */
    public PurgeRetry of(List<RetriedObject> some) {
        return new PurgeRetry(
                partition,
                offset,
                topicId,
                node,
                taskId,
                account,
                domain,
                selector,
                soft,
                acceptedAt,
                objectCount,
                some,
                refused,
                reason,
                until,
                ended);
    }

    /** Returns these purges after the end of their retries. */
    public PurgeRetry end(String lastReason) {
        return new PurgeRetry(
                partition,
                offset,
                topicId,
                node,
                taskId,
                account,
                domain,
                selector,
                soft,
                acceptedAt,
                objectCount,
                objects,
                refused,
                lastReason,
                until,
                true);
    }

    @Override
    @JsonIgnore
    public String key() {
        return partition + "/" + offset + "/" + node;
    }
}
