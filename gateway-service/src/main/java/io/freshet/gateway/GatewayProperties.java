package io.freshet.gateway;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The gateway's settings; {@code gateway-service.yml} explains each.
 *
 * @param nodeNumber 0 to 1,023, different in every gateway, part of task ids; drawn at random where it is not set
 */
@ConfigurationProperties("freshet.gateway")
public record GatewayProperties(
        @Nullable Integer nodeNumber,
        @DefaultValue Limits limits,
        @DefaultValue Push push,
        @DefaultValue TaskService taskService,
        @DefaultValue("2s") Duration publishTimeout,
        @DefaultValue("1000") int unadmittedUrlsPerMinute,
        @DefaultValue Work work,
        @DefaultValue Live live) {

    /** More than this in one command would not fit into a record. */
    private static final long MAX_COMMAND_BYTES = 4_000_000;

    public GatewayProperties {
        require(nodeNumber == null || nodeNumber >= 0 && nodeNumber <= 1_023, "node-number is between 0 and 1023");
        require(
                (long) limits.objectBytes * Math.max(limits.urls, Math.max(limits.directories, limits.pushes))
                        <= MAX_COMMAND_BYTES,
                "limits.object-bytes times the objects of a request is at most " + MAX_COMMAND_BYTES
                        + ", or a command would not fit into the log");
        require(
                unadmittedUrlsPerMinute >= limits.urls,
                "unadmitted-urls-per-minute is at least limits.urls, or the largest request would never pass");
    }

    /**
     * @param objectBytes of one object in canonical form
     * @param urls of one request
     * @param directories of one request
     * @param pushes of one request
     */
    public record Limits(
            @DefaultValue("1024") int objectBytes,
            @DefaultValue("1000") int urls,
            @DefaultValue("100") int directories,
            @DefaultValue("500") int pushes) {

        public Limits {
            require(objectBytes > 0 && urls > 0 && directories > 0 && pushes > 0, "limits are positive");
        }
    }

    /**
     * @param headers names of the request headers that a push may set
     * @param variants how many combinations of their values one push may ask for
     */
    public record Push(
            @DefaultValue({"Accept", "Accept-Encoding", "Accept-Language", "User-Agent"})
            List<String> headers,

            @DefaultValue("16") int variants) {}

    /**
     * @param url where task-service listens
     * @param admissionTimeout after which a URL refresh goes on without admission
     * @param queryTimeout after which a query is answered with 503
     */
    public record TaskService(
            @DefaultValue("http://localhost:8082") String url,
            @DefaultValue("500ms") Duration admissionTimeout,
            @DefaultValue("3s") Duration queryTimeout) {}

    /**
     * @param bodies how many bytes of bodies may be in work at once
     * @param bodyTimeout in which a body must have arrived
     */
    public record Work(
            @DefaultValue("24MB") DataSize bodies,
            @DefaultValue("10s") Duration bodyTimeout) {}

    /**
     * @param heartbeat how often a stream without news sends a comment
     * @param streams open at once
     * @param tasks whose state one account's stream remembers
     */
    public record Live(
            @DefaultValue("15s") Duration heartbeat,
            @DefaultValue("1000") int streams,
            @DefaultValue("1000") int tasks) {}

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalArgumentException("freshet.gateway: " + rule);
        }
    }
}
