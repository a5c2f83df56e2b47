package io.freshet.contracts.message;

/** Anything that travels through Kafka. Fields are only ever added; any other change is a new version of the type. */
public sealed interface Message
        permits Command, TaskCancelled, TaskEvent, NodeEvent, NodeAction, PurgeRetry, Inspection, AuditEntry {

    /** The record's key: records of one key keep their order. */
    String key();
}
