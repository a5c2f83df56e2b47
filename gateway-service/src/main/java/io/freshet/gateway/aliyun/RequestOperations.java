package io.freshet.gateway.aliyun;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.gateway.accept.AcceptedRequest;
import io.freshet.gateway.accept.RequestAcceptor;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.aliyun.call.AliyunParameters;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import io.freshet.gateway.request.canonical.RequestCanonicaliser;
import io.freshet.gateway.request.json.JsonRequestReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Operations that request refreshes and pushes. */
@Component
@Blocking
class RequestOperations {

    /** Aliyun's own limit. */
    private static final int MAX_PUSHES = 100;

    private final JsonRequestReader reader;
    private final RequestCanonicaliser canonicaliser;
    private final RequestAcceptor acceptor;
    private final CurrentFleet fleet;

    RequestOperations(
            JsonRequestReader reader,
            RequestCanonicaliser canonicaliser,
            RequestAcceptor acceptor,
            CurrentFleet fleet) {
        this.reader = reader;
        this.canonicaliser = canonicaliser;
        this.acceptor = acceptor;
        this.fleet = fleet;
    }

    AliyunResponse refresh(AliyunCall call) {
        AliyunParameters parameters = call.parameters();
        Selector selector = selector(parameters.get("ObjectType"));
        boolean delete = parameters.bool("Force") || selector == Selector.URL;
        RefreshRequest request = new RefreshRequest(selector, objects(parameters), !delete, null);
        AcceptedRequest accepted = accept(call, canonicaliser.refresh(call.account(), request));
        return new RefreshResponse(AliyunResponse.format(accepted.requestId()), taskIds(accepted));
    }

    private static Selector selector(@Nullable String type) {
        return switch (type == null ? "file" : type.toLowerCase(Locale.ROOT)) {
            case "file" -> Selector.URL;
            case "directory" -> Selector.DIRECTORY;
            case "regex" -> Selector.REGEX;
            case "ignoreparams", "exquery" -> Selector.IGNORE_QUERY;
            default -> throw notSupported("ObjectType must be File, Directory, Regex, IgnoreParams or ExQuery.");
        };
    }

    AliyunResponse refreshByTag(AliyunCall call) {
        AliyunParameters parameters = call.parameters();
        List<String> tags = tags(parameters.required("CacheTag"));
        String domain = DomainName.configured(parameters.required("DomainName"));
        RefreshRequest request = new RefreshRequest(Selector.TAG, tags, domain, !parameters.bool("Force"), null);
        AcceptedRequest accepted = accept(call, canonicaliser.refresh(call.account(), request));
        return new RefreshResponse(AliyunResponse.format(accepted.requestId()), taskIds(accepted));
    }

    private static List<String> tags(String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList();
    }

    private static AliyunException notSupported(String message) {
        return new AliyunException(AliyunErrorCode.UNSUPPORTED_OBJECT_TYPE, message);
    }

    AliyunResponse push(AliyunCall call) {
        AliyunParameters parameters = call.parameters();
        List<String> objects = objects(parameters);
        if (objects.size() > MAX_PUSHES) {
            throw new AliyunException(
                    AliyunErrorCode.PATH_SIZE,
                    "ObjectPath has " + objects.size() + " entries; at most " + MAX_PUSHES + " are allowed.");
        }
        PushRequest request =
                new PushRequest(objects, parameters.bool("L2Preload") ? tierAboveEdge() : null, headers(parameters));
        AcceptedRequest accepted = accept(call, canonicaliser.push(call.account(), request));
        return new PushResponse(AliyunResponse.format(accepted.requestId()), taskIds(accepted));
    }

    /** Returns the tier that Aliyun calls L2: the parents of the edge nodes. */
    private String tierAboveEdge() {
        List<Tier> tiers = fleet.get().tiers();
        return tiers.get(Math.max(0, tiers.size() - 2)).name();
    }

    private Map<String, List<String>> headers(AliyunParameters parameters) {
        String json = parameters.get("WithHeader");
        return json == null ? Map.of() : reader.headers(json.getBytes(UTF_8));
    }

    private static List<String> objects(AliyunParameters parameters) {
        return parameters
                .required("ObjectPath")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private AcceptedRequest accept(AliyunCall call, CanonicalRequest request) {
        return acceptor.accept(call.account(), null, request);
    }

    private static String taskIds(AcceptedRequest accepted) {
        return accepted.tasks().stream().map(task -> task.taskId().toString()).collect(Collectors.joining(","));
    }

    private record RefreshResponse(String requestId, String refreshTaskId) implements AliyunResponse {}

    private record PushResponse(String requestId, String pushTaskId) implements AliyunResponse {}
}
