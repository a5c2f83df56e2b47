package io.freshet.gateway.aliyun;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.contracts.Selector;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Tier;
import io.freshet.gateway.accept.Acceptance;
import io.freshet.gateway.accept.Accepted;
import io.freshet.gateway.request.CanonicalRequest;
import io.freshet.gateway.request.CanonicalRequests;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import io.freshet.gateway.request.RequestReader;
import io.freshet.gateway.aliyun.call.Parameters;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Refreshes and pushes. */
@Component
class RequestOperations {

    /** The vendor's own limit. */
    private static final int MAX_PUSHES = 100;

    private final RequestReader reader;
    private final CanonicalRequests requests;
    private final Acceptance acceptance;
    private final Fleet fleet;

    RequestOperations(RequestReader reader, CanonicalRequests requests, Acceptance acceptance, Fleet fleet) {
        this.reader = reader;
        this.requests = requests;
        this.acceptance = acceptance;
        this.fleet = fleet;
    }

    Answer refresh(AliyunCall call) {
        Parameters parameters = call.parameters();
        Selector selector = selector(parameters.get("ObjectType"));
        boolean delete = parameters.flag("Force") || selector == Selector.URL;
        RefreshRequest asked = new RefreshRequest(selector, objects(parameters), !delete, null);
        Accepted accepted = accept(call, requests.refresh(call.account(), asked));
        return new Refreshed(Answer.written(accepted.requestId()), taskIds(accepted));
    }

    private static Selector selector(@Nullable String type) {
        return switch (type == null ? "file" : type.toLowerCase(Locale.ROOT)) {
            case "file" -> Selector.URL;
            case "directory" -> Selector.DIRECTORY;
            default -> throw notSupported("The ObjectType is neither File nor Directory; no other is supported yet.");
        };
    }

    Answer refreshByTag(AliyunCall call) {
        call.parameters().required("CacheTag");
        call.parameters().required("DomainName");
        throw notSupported("Refreshing by cache tag is not supported yet.");
    }

    private static AliyunException notSupported(String why) {
        return new AliyunException(AliyunErrorCode.UNSUPPORTED_OBJECT_TYPE, why);
    }

    Answer push(AliyunCall call) {
        Parameters parameters = call.parameters();
        List<String> objects = objects(parameters);
        if (objects.size() > MAX_PUSHES) {
            throw new AliyunException(
                    AliyunErrorCode.PATH_SIZE,
                    "ObjectPath has " + objects.size() + " entries; at most " + MAX_PUSHES + " are allowed.");
        }
        PushRequest asked =
                new PushRequest(objects, parameters.flag("L2Preload") ? tierAboveEdge() : null, headers(parameters));
        Accepted accepted = accept(call, requests.push(call.account(), asked));
        return new Pushed(Answer.written(accepted.requestId()), taskIds(accepted));
    }

    /** What the vendor calls L2: the parents of the nodes that serve. */
    private String tierAboveEdge() {
        List<Tier> tiers = fleet.tiers();
        return tiers.get(Math.max(0, tiers.size() - 2)).name();
    }

    private Map<String, List<String>> headers(Parameters parameters) {
        String json = parameters.get("WithHeader");
        return json == null ? Map.of() : reader.headers(json.getBytes(UTF_8));
    }

    private static List<String> objects(Parameters parameters) {
        return parameters
                .required("ObjectPath")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private Accepted accept(AliyunCall call, CanonicalRequest request) {
        return acceptance.accept(call.account(), null, request);
    }

    private static String taskIds(Accepted accepted) {
        return accepted.tasks().stream().map(task -> task.taskId().toString()).collect(Collectors.joining(","));
    }

    private record Refreshed(String requestId, String refreshTaskId) implements Answer {}

    private record Pushed(String requestId, String pushTaskId) implements Answer {}
}
