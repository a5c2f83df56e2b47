package io.freshet.contracts.message;

/** The names of the topics. */
public final class Topics {

    public static final String PURGE_COMMANDS = "purge-commands";
    public static final String PURGE_RETRIES = "purge-retries";
    public static final String PUSH_COMMANDS = "push-commands";
    public static final String TASK_CANCELLATIONS = "task-cancellations";
    public static final String TASK_EVENTS = "task-events";
    public static final String NODE_EVENTS = "node-events";
    public static final String NODE_ACTIONS = "node-actions";
    public static final String INSPECTIONS = "inspections";
    public static final String AUDIT_LOG = "audit-log";

    /**
     * Largest record that a topic takes ({@code max.message.bytes}), in bytes. A command of 1,000 URLs of 1,024 bytes
     * has 1 MB, or 4 MB if each byte is escaped.
     */
    public static final int MAX_MESSAGE_BYTES = 5_000_000;

    private Topics() {}

    /** Returns the topic of a topic's dead letters. */
    public static String deadLettersOf(String topic) {
        return topic + "-dlt";
    }

    /** The topic of a message, which its type decides. */
    public static String of(Message message) {
        return switch (message) {
            case RefreshCommand _ -> PURGE_COMMANDS;
            case PushCommand _ -> PUSH_COMMANDS;
            case TaskCancelled _ -> TASK_CANCELLATIONS;
            case TaskEvent _ -> TASK_EVENTS;
            case NodeEvent _ -> NODE_EVENTS;
            case NodeAction _ -> NODE_ACTIONS;
            case PurgeRetry _ -> PURGE_RETRIES;
            case Inspection _ -> INSPECTIONS;
            case AuditEntry _ -> AUDIT_LOG;
        };
    }
}
