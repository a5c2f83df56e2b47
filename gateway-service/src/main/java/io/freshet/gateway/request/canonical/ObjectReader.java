package io.freshet.gateway.request.canonical;

import io.freshet.contracts.Selector;
import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.url.CanonicalObject;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.ViolationKind;
import io.freshet.gateway.problem.Violations;
import io.freshet.gateway.request.object.LimitProperties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reader of the objects of a request: validates and canonicalises them and groups them by domain. */
@Component
class ObjectReader {

    static final String OBJECTS = "/objects";
    private static final String PUSHED = "/thenPush/objects";

    private final LimitProperties limits;
    private final Canonicaliser canonicaliser;

    ObjectReader(LimitProperties limits, Canonicaliser canonicaliser) {
        this.limits = limits;
        this.canonicaliser = canonicaliser;
    }

    /** Returns the objects of a refresh by domain, each once. */
    SequencedMap<String, List<String>> read(Account account, Selector selector, List<String> texts) {
        return read(account, selector, texts, countViolation(OBJECTS, texts, limits.maxObjects(selector)));
    }

    /** Returns the URLs of a refresh with thenPush by domain, each once, within the limits of both. */
    SequencedMap<String, List<String>> readWithPush(Account account, Selector selector, List<String> texts) {
        return read(account, selector, texts, countViolationWithPush(texts));
    }

    /** Returns the objects of a push by domain, each once. */
    SequencedMap<String, List<String>> readPush(Account account, List<String> texts) {
        return read(account, Selector.URL, texts, countViolation(OBJECTS, texts, limits.maxPushes()));
    }

    /**
     * Returns the URLs of the push that follows a refresh by domain, each once.
     *
     * @param refreshed objects of the refresh by domain
     */
    SequencedMap<String, List<String>> readPushAfter(
            Account account, SequencedMap<String, List<String>> refreshed, List<String> texts) {
        SequencedMap<String, List<String>> pushed = read(
                PUSHED,
                account,
                Selector.URL,
                texts,
                countViolation(PUSHED, texts, limits.maxPushes()),
                refreshed::containsKey);
        refreshed.forEach((domain, objects) -> checkBytes(objects, pushed.getOrDefault(domain, List.of())));
        return pushed;
    }

    /** A domain's refresh and its push travel in one command. */
    private static void checkBytes(List<String> refreshed, List<String> pushed) {
        long bytes = Stream.concat(refreshed.stream(), pushed.stream())
                .mapToLong(String::length)
                .sum();
        if (bytes > LimitProperties.MAX_COMMAND_BYTES) {
            throw ProblemException.invalid(Violation.at(
                    PUSHED,
                    "has, with the objects of the refresh, " + bytes + " bytes of one domain; at most "
                            + LimitProperties.MAX_COMMAND_BYTES + " are allowed. Split the request",
                    ViolationKind.TOO_MANY));
        }
    }

    /** Validates each entry of the push that follows a refresh. */
    CheckedObjects checkPushAfter(Account account, CheckedObjects refreshed, List<String> texts) {
        CheckedObjects checked = new CheckedObjects(countViolation(PUSHED, texts, limits.maxPushes()));
        forEachEntry(
                account,
                Selector.URL,
                texts.subList(0, Math.min(texts.size(), limits.maxPushes())),
                refreshed.domains()::contains,
                checked);
        return checked;
    }

    /** Returns the canonical form of one object, with the domain that covers it. */
    DomainObject read(Account account, Selector selector, String text) throws InvalidObjectException {
        CanonicalObject object = canonicaliser.canonicalise(text, selector);
        return new DomainObject(object.url(), domainOf(account, object));
    }

    /** Returns what the manifests of a push may lead to: the account's domains, and URLs as in a request. */
    ChildScope childScope(Account account) {
        return new ChildScope(account.domains().stream().map(Domain::name).toList(), limits.maxObjectBytes());
    }

    /** Validates each entry of a refresh. */
    CheckedObjects check(Account account, Selector selector, List<String> texts) {
        return check(
                account,
                selector,
                texts,
                limits.maxObjects(selector),
                countViolation(OBJECTS, texts, limits.maxObjects(selector)));
    }

    /** Validates each entry of a refresh with thenPush. */
    CheckedObjects checkWithPush(Account account, Selector selector, List<String> texts) {
        return check(
                account,
                selector,
                texts,
                Math.min(limits.maxPushes(), limits.maxUrls()),
                countViolationWithPush(texts));
    }

    /** Validates each entry of a push. */
    CheckedObjects checkPush(Account account, List<String> texts) {
        return check(
                account, Selector.URL, texts, limits.maxPushes(), countViolation(OBJECTS, texts, limits.maxPushes()));
    }

    private @Nullable Violation countViolationWithPush(List<String> texts) {
        return texts.size() > limits.maxPushes()
                ? Violation.at(
                        OBJECTS,
                        "has " + texts.size() + " entries; at most " + limits.maxPushes()
                                + " are allowed with thenPush",
                        ViolationKind.TOO_MANY)
                : countViolation(OBJECTS, texts, limits.maxUrls());
    }

    /** Returns the violation of a limit on the number of entries; null if there is none. */
    static @Nullable Violation countViolation(String pointer, List<String> texts, int max) {
        return texts.isEmpty() || texts.size() > max
                ? Violation.at(
                        pointer,
                        "has " + texts.size() + " entries; between 1 and " + max + " are allowed",
                        texts.isEmpty() ? ViolationKind.OTHER : ViolationKind.TOO_MANY)
                : null;
    }

    private SequencedMap<String, List<String>> read(
            Account account, Selector selector, List<String> texts, @Nullable Violation countViolation) {
        return read(OBJECTS, account, selector, texts, countViolation, _ -> true);
    }

    private SequencedMap<String, List<String>> read(
            String pointer,
            Account account,
            Selector selector,
            List<String> texts,
            @Nullable Violation countViolation,
            Predicate<String> isRefreshed) {
        if (countViolation != null) {
            throw ProblemException.invalid(countViolation);
        }
        SequencedMap<String, SequencedSet<String>> byDomain = new LinkedHashMap<>();
        Violations violations = new Violations();
        forEachEntry(account, selector, texts, isRefreshed, new EntryListener() {
            @Override
            public void valid(int index, String url, String domain) {
                byDomain.computeIfAbsent(domain, _ -> new LinkedHashSet<>()).add(url);
            }

            @Override
            public void invalid(int index, InvalidObjectException exception) {
                violations.add(
                        Violation.at(pointer + '/' + index, exception.reason(), ViolationKind.of(exception.kind())));
            }
        });
        violations.throwIfAny();
        SequencedMap<String, List<String>> objects = new LinkedHashMap<>();
        byDomain.forEach((domain, urls) -> objects.put(domain, new ArrayList<>(urls)));
        return objects;
    }

    private CheckedObjects check(
            Account account, Selector selector, List<String> texts, int max, @Nullable Violation countViolation) {
        CheckedObjects checked = new CheckedObjects(countViolation);
        // A refused request must not cost more than the largest that is accepted.
        forEachEntry(account, selector, texts.subList(0, Math.min(texts.size(), max)), _ -> true, checked);
        return checked;
    }

    /** Receives the result of every entry, in order. */
    interface EntryListener {

        void valid(int index, String url, String domain);

        void invalid(int index, InvalidObjectException exception);
    }

    private void forEachEntry(
            Account account,
            Selector selector,
            List<String> texts,
            Predicate<String> isRefreshed,
            EntryListener listener) {
        Map<String, String> domains = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                CanonicalObject object = canonicaliser.canonicalise(texts.get(i), selector);
                String domain = domains.get(object.authority());
                if (domain == null) {
                    domain = domainOf(account, object);
                    domains.put(object.authority(), domain);
                }
                if (!isRefreshed.test(domain)) {
                    throw notRefreshed(domain);
                }
                listener.valid(i, object.url(), domain);
            } catch (InvalidObjectException e) {
                listener.invalid(i, e);
            }
        }
    }

    private static InvalidObjectException notRefreshed(String domain) {
        return new InvalidObjectException(
                "is of " + domain + ", of which the request refreshes nothing; refresh something of it, too, or push it"
                        + " in a request of its own");
    }

    private static String domainOf(Account account, CanonicalObject object) throws InvalidObjectException {
        return account.domainOf(object.authority())
                .map(Domain::name)
                .orElseThrow(() -> ForeignDomain.of(
                        account,
                        object.authority(),
                        "names " + object.authority() + ", which none of the account's domains covers"));
    }
}
