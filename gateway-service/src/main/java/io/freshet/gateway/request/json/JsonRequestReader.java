package io.freshet.gateway.request.json;

import io.freshet.contracts.Selector;
import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.Redirects;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import io.freshet.gateway.request.canonical.CanonicalPush;
import io.freshet.gateway.request.canonical.CanonicalRefresh;
import io.freshet.gateway.request.canonical.CheckResult;
import io.freshet.gateway.request.canonical.RequestCanonicaliser;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reader of the JSON bodies of refreshes and pushes. A problem names all violations at once. */
@Component
public class JsonRequestReader {

    private static final String[] TYPES =
            Stream.of(Selector.values()).map(Selector::toString).toArray(String[]::new);

    private final RequestCanonicaliser canonicaliser;

    JsonRequestReader(RequestCanonicaliser canonicaliser) {
        this.canonicaliser = canonicaliser;
    }

    /**
     * Reads and validates a refresh.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything is invalid
     */
    public CanonicalRefresh refresh(Account account, byte[] body) {
        return canonicaliser.refresh(account, refreshRequest(body));
    }

    /**
     * Reads and validates a push.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything is invalid
     */
    public CanonicalPush push(Account account, byte[] body) {
        return canonicaliser.push(account, pushRequest(body));
    }

    /**
     * Validates a refresh without accepting it.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything but its objects is invalid
     */
    public CheckResult checkRefresh(Account account, byte[] body) {
        return canonicaliser.check(account, refreshRequest(body));
    }

    /**
     * Validates a push without accepting it.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything but its objects is invalid
     */
    public CheckResult checkPush(Account account, byte[] body) {
        return canonicaliser.check(account, pushRequest(body));
    }

    /**
     * Reads headers: a JSON object of lists of strings.
     *
     * @throws io.freshet.gateway.problem.ProblemException if it is anything else
     */
    public Map<String, List<String>> headers(byte[] json) {
        StrictJsonObject object = StrictJsonObject.of(json);
        Map<String, List<String>> headers = object.strings();
        object.verify();
        return headers;
    }

    private static PushRequest pushRequest(byte[] body) {
        StrictJsonObject object = StrictJsonObject.of(body);
        object.require("objects");
        PushRequest request = new PushRequest(
                object.strings("objects"),
                object.string("tier"),
                object.stringsByName("headers"),
                "follow".equals(object.enumValue("redirects", "store", "follow")) ? Redirects.FOLLOW : null,
                object.instant("startAt"),
                limits(object.object("limits")),
                object.optionalStrings("tiers"),
                object.string("region"),
                object.optionalStrings("nodes"),
                object.bool("children"));
        object.verify();
        return request;
    }

    private static @Nullable PushLimits limits(@Nullable StrictJsonObject object) {
        return object == null
                ? null
                : new PushLimits(
                        object.positiveInteger("requestsInFlight"),
                        object.positiveInteger("requestsPerSecond"),
                        object.positive("bytesPerSecond"));
    }

    private static RefreshRequest refreshRequest(byte[] body) {
        StrictJsonObject object = StrictJsonObject.of(body);
        object.require("type");
        @Nullable Selector type = selector(object.enumValue("type", TYPES));
        RefreshRequest request = new RefreshRequest(
                type == null ? Selector.URL : type,
                objects(object, type),
                domain(object, type),
                object.bool("soft"),
                thenPush(object.object("thenPush"), type));
        object.verify();
        return request;
    }

    private static List<String> objects(StrictJsonObject object, @Nullable Selector type) {
        if (type != Selector.EVERYTHING) {
            object.require("objects");
            return object.strings("objects");
        }
        if (object.optionalStrings("objects") != null) {
            object.addViolation(
                    "objects",
                    "must be left out: type everything refreshes all of the domain; to refresh only some use another"
                            + " type");
        }
        return List.of();
    }

    private static @Nullable String domain(StrictJsonObject object, @Nullable Selector type) {
        @Nullable String domain = object.string("domain");
        if (domain != null && type != null && !type.isWithinDomains()) {
            object.addViolation(
                    "domain",
                    "is allowed with type tag and everything only; the objects of type " + type
                            + " name their hosts themselves, so leave it out");
        }
        return domain;
    }

    private static @Nullable Selector selector(@Nullable String text) {
        return text == null ? null : Selector.of(text);
    }

    private static RefreshRequest.@Nullable ThenPushRequest thenPush(
            @Nullable StrictJsonObject object, @Nullable Selector type) {
        if (object == null) {
            return null;
        }
        @Nullable List<String> objects = object.optionalStrings("objects");
        if (objects == null && type != null && !type.namesUrls()) {
            object.addViolation(
                    "objects",
                    "is missing: the URLs that type " + type
                            + " refreshes are not known; name the URLs to push in thenPush.objects");
        }
        return new RefreshRequest.ThenPushRequest(object.string("tier"), object.stringsByName("headers"), objects);
    }
}
