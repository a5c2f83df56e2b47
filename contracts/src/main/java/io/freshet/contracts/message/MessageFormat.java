package io.freshet.contracts.message;

import static java.util.Map.entry;

import io.freshet.contracts.JsonMapping;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Messages as bytes: JSON, with the type beside it as a logical name, never a class name. */
public final class MessageFormat {

    private static final Map<String, Class<? extends Message>> TYPES = Map.ofEntries(
            entry("refresh.v1", RefreshCommand.class),
            entry("push.v1", PushCommand.class),
            entry("task-cancelled.v1", TaskCancelled.class),
            entry("purge-retry.v1", PurgeRetry.class),
            entry("objects-progressed.v1", ObjectsProgressed.class),
            entry("task-failed.v1", TaskFailed.class),
            entry("node-changed.v1", NodeChanged.class),
            entry("node-flushed.v1", NodeFlushed.class),
            entry("hold-node.v1", HoldNode.class),
            entry("release-node.v1", ReleaseNode.class),
            entry("rewind-node.v1", RewindNode.class),
            entry("flush-node.v1", FlushNode.class),
            entry("inspect-url.v1", InspectUrl.class),
            entry("url-inspected.v1", UrlInspected.class),
            entry("audit-entry.v1", AuditEntry.class));

    private MessageFormat() {}

    /** The name that goes into the header {@link Headers#TYPE}. */
    public static String typeOf(Message message) {
        return switch (message) {
            case RefreshCommand _ -> "refresh.v1";
            case PushCommand _ -> "push.v1";
            case TaskCancelled _ -> "task-cancelled.v1";
            case PurgeRetry _ -> "purge-retry.v1";
            case ObjectsProgressed _ -> "objects-progressed.v1";
            case TaskFailed _ -> "task-failed.v1";
            case NodeChanged _ -> "node-changed.v1";
            case NodeFlushed _ -> "node-flushed.v1";
            case HoldNode _ -> "hold-node.v1";
            case ReleaseNode _ -> "release-node.v1";
            case RewindNode _ -> "rewind-node.v1";
            case FlushNode _ -> "flush-node.v1";
            case InspectUrl _ -> "inspect-url.v1";
            case UrlInspected _ -> "url-inspected.v1";
            case AuditEntry _ -> "audit-entry.v1";
        };
    }

    public static byte[] write(Message message) {
        return JsonMapping.mapper().writeValueAsBytes(message);
    }

    /**
     * Reads a message of the named type.
     *
     * @throws UnreadableMessageException if there is no such type, or the bytes are not of its shape
     */
    public static Message read(@Nullable String type, byte @Nullable [] bytes) {
        if (type == null) {
            throw new UnreadableMessageException("no header " + Headers.TYPE, null);
        }
        Class<? extends Message> shape = TYPES.get(type);
        if (shape == null) {
            throw new UnreadableMessageException("unknown type \"" + type + '"', null);
        }
        if (bytes == null) {
            throw new UnreadableMessageException("an empty record of type " + type, null);
        }
        try {
            Message message = JsonMapping.mapper().readValue(bytes, shape);
            if (message == null) {
                throw new UnreadableMessageException("null is not of type " + type, null);
            }
            return message;
        } catch (JacksonException e) {
            throw new UnreadableMessageException("not of type " + type + ": " + e.getOriginalMessage(), e);
        }
    }
}
