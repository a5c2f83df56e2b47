package io.freshet.gateway.request.canonical;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.message.Redirects;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.PushRequest;
import io.freshet.gateway.request.RefreshRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Validation of requests and conversion to canonical form. A problem names all violations at once. */
@Component
public class RequestCanonicaliser {

    private final ObjectReader objects;
    private final DomainRefreshReader domains;
    private final PushHeaders headers;
    private final PushStart start;
    private final PushNodes nodes;
    private final SelectorSupport support;

    RequestCanonicaliser(
            ObjectReader objects,
            DomainRefreshReader domains,
            PushHeaders headers,
            PushStart start,
            PushNodes nodes,
            SelectorSupport support) {
        this.objects = objects;
        this.domains = domains;
        this.headers = headers;
        this.start = start;
        this.nodes = nodes;
        this.support = support;
    }

    /**
     * Returns the canonical form of a refresh.
     *
     * @throws ProblemException if anything is invalid, or a node cannot purge by the type
     */
    public CanonicalRefresh refresh(Account account, RefreshRequest request) {
        requireSupport(request.type());
        RefreshRequest.ThenPushRequest thenPush = request.thenPush();
        SequencedMap<String, List<String>> refreshed = read(account, request);
        return new CanonicalRefresh(
                request.type(),
                refreshed,
                request.soft(),
                thenPush == null ? null : pushOptions("/thenPush", thenPush.tier(), thenPush.headers()),
                thenPush == null || thenPush.objects() == null
                        ? new LinkedHashMap<>()
                        : objects.readPushAfter(account, refreshed, thenPush.objects()),
                null);
    }

    private SequencedMap<String, List<String>> read(Account account, RefreshRequest request) {
        RefreshRequest.ThenPushRequest thenPush = request.thenPush();
        return switch (request.type()) {
            case TAG -> domains.readTags(account, request.domain(), request.objects());
            case EVERYTHING -> domains.readEverything(account, request.domain());
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX, HOST ->
                thenPush == null || thenPush.objects() != null
                        ? objects.read(account, request.type(), request.objects())
                        : objects.readWithPush(account, request.type(), request.objects());
        };
    }

    /**
     * Returns the canonical form of a push.
     *
     * @throws ProblemException if anything is invalid
     */
    public CanonicalPush push(Account account, PushRequest request) {
        SequencedMap<String, List<String>> urls = objects.readPush(account, request.objects());
        return new CanonicalPush(urls, pushOptions(request), request.children() ? objects.childScope(account) : null);
    }

    /**
     * Validates a refresh without accepting it.
     *
     * @throws ProblemException if anything but its objects is invalid
     */
    public CheckResult check(Account account, RefreshRequest request) {
        CheckResult checked = checkObjects(account, request);
        String reason = support.refusal(request.type());
        return reason == null ? checked : checked.with(Violation.at("/type", reason));
    }

    private CheckResult checkObjects(Account account, RefreshRequest request) {
        RefreshRequest.ThenPushRequest thenPush = request.thenPush();
        if (thenPush == null) {
            return CheckResult.of(checkRefreshed(account, request), QuotaKind.of(TaskKind.REFRESH, request.type()));
        }
        pushOptions("/thenPush", thenPush.tier(), thenPush.headers());
        if (thenPush.objects() == null) {
            return CheckResult.of(
                    objects.checkWithPush(account, request.type(), request.objects()), QuotaKind.URL, QuotaKind.PUSH);
        }
        CheckedObjects refreshed = checkRefreshed(account, request);
        return CheckResult.of(refreshed, QuotaKind.of(TaskKind.REFRESH, request.type()))
                .with(objects.checkPushAfter(account, refreshed, thenPush.objects()));
    }

    private CheckedObjects checkRefreshed(Account account, RefreshRequest request) {
        return switch (request.type()) {
            case TAG -> domains.checkTags(account, request.domain(), request.objects());
            case EVERYTHING -> domains.checkEverything(account, request.domain());
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX, HOST ->
                objects.check(account, request.type(), request.objects());
        };
    }

    /**
     * Validates a push without accepting it.
     *
     * @throws ProblemException if anything but its objects is invalid
     */
    public CheckResult check(Account account, PushRequest request) {
        pushOptions(request);
        return CheckResult.of(objects.checkPush(account, request.objects()), QuotaKind.PUSH);
    }

    /**
     * Requires that every node can purge by this selector.
     *
     * @throws ProblemException if one cannot
     */
    public void requireSupport(Selector selector) {
        String reason = support.refusal(selector);
        if (reason != null) {
            throw ProblemException.of(ProblemType.UNSUPPORTED_BY_NODES, reason);
        }
    }

    /**
     * Returns the canonical form of one entry of a list: one object, or of a tag one in each domain.
     *
     * @param domain of a tag; null for all of the account's domains, and for all other types
     * @throws InvalidObjectException with the reason, if the text is not an object of the account
     */
    public List<DomainObject> objects(Account account, Selector selector, @Nullable String domain, String text)
            throws InvalidObjectException {
        return selector == Selector.TAG
                ? domains.readTag(account, domain, text)
                : List.of(objects.read(account, selector, text));
    }

    /**
     * Requires that the account may refresh within a domain.
     *
     * @param domain as the client has written it; null for all of the account's domains
     * @throws ProblemException if it may not
     */
    public void requireDomain(Account account, @Nullable String domain) {
        domains.domains(account, domain);
    }

    /**
     * Returns the canonical form of the options of a push, whatever its objects are.
     *
     * @throws ProblemException if anything but its objects is invalid
     */
    public PushOptions pushOptions(PushRequest request) {
        PushNodes.Selection selection = nodes.read(request);
        return new PushOptions(
                selection.tier(),
                headers.read("/headers", request.headers()),
                followedOnly(request.redirects()),
                start.read(request.startAt()),
                request.limits() == null || request.limits().isEmpty() ? null : request.limits(),
                selection.targets());
    }

    /** Returns null for the default, so that it has the same hash as none. */
    private static @Nullable Redirects followedOnly(@Nullable Redirects redirects) {
        return redirects == Redirects.FOLLOW ? redirects : null;
    }

    private PushOptions pushOptions(String pointer, @Nullable String tier, Map<String, List<String>> headerValues) {
        return new PushOptions(nodes.tier(pointer + "/tier", tier), headers.read(pointer + "/headers", headerValues));
    }
}
