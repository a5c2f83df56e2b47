package io.freshet.gateway.request.object;

import io.freshet.contracts.Selector;
import io.freshet.contracts.url.DomainTag;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of one request. An object's bytes times the objects of a request are at most 4,000,000, which is the largest
 * command that fits into a Kafka record.
 *
 * @param maxObjectBytes Longest object in canonical form, in bytes; at least 1.
 * @param maxUrls URLs of one refresh; 1 to 20000.
 * @param maxDirectories Directories, prefixes, expressions or hosts of one refresh; 1 to 20000.
 * @param maxPushes URLs of one push; 1 to 20000.
 * @param maxTags Tags of one refresh; 1 to 3110. Within several domains a tag is an object of each.
 */
@ConfigurationProperties("freshet.gateway.limits")
public record LimitProperties(
        @DefaultValue("1024") int maxObjectBytes,
        @DefaultValue("1000") int maxUrls,
        @DefaultValue("100") int maxDirectories,
        @DefaultValue("500") int maxPushes,
        @DefaultValue("256") int maxTags) {

    /** Objects of one request that no setting may exceed. */
    public static final int MAX_OBJECTS = 20_000;

    /** Bytes of all objects of one command that no request may exceed. */
    public static final long MAX_COMMAND_BYTES = 4_000_000;

    /** The longest tags that fit into a command. */
    private static final long MAX_TAGS = MAX_COMMAND_BYTES / DomainTag.MAX_OBJECT_BYTES;

    public LimitProperties {
        if (maxObjectBytes < 1 || maxUrls < 1 || maxDirectories < 1 || maxPushes < 1 || maxTags < 1) {
            throw new IllegalArgumentException("freshet.gateway.limits: every limit must be at least 1");
        }
        if (Math.max(maxUrls, Math.max(maxDirectories, maxPushes)) > MAX_OBJECTS) {
            throw new IllegalArgumentException(
                    "freshet.gateway.limits: every limit of objects must be at most " + MAX_OBJECTS);
        }
        if ((long) maxObjectBytes * Math.max(maxUrls, Math.max(maxDirectories, maxPushes)) > MAX_COMMAND_BYTES) {
            throw new IllegalArgumentException("freshet.gateway.limits: max-object-bytes times the objects of a request"
                    + " must be at most " + MAX_COMMAND_BYTES + ", or a command would not fit into a Kafka record");
        }
        if (maxTags > MAX_TAGS) {
            throw new IllegalArgumentException("freshet.gateway.limits: max-tags must be at most " + MAX_TAGS
                    + ", or a command would not fit into a Kafka record");
        }
    }

    /** Returns the largest number of entries of one refresh. */
    public int maxObjects(Selector selector) {
        return switch (selector) {
            case URL, IGNORE_QUERY -> maxUrls;
            case DIRECTORY, PREFIX, REGEX, HOST, EVERYTHING -> maxDirectories;
            case TAG -> maxTags;
        };
    }
}
