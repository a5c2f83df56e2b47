package io.freshet.gateway.request.canonical;

import io.freshet.contracts.Selector;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.ViolationKind;
import io.freshet.gateway.problem.Violations;
import io.freshet.gateway.request.object.CanonicalObject;
import io.freshet.gateway.request.object.Canonicaliser;
import io.freshet.gateway.request.object.InvalidObjectException;
import io.freshet.gateway.request.object.LimitProperties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reader of the objects of a request: validates and canonicalises them and groups them by domain. */
@Component
class ObjectReader {

    private final LimitProperties limits;
    private final Canonicaliser canonicaliser;

    ObjectReader(LimitProperties limits, Canonicaliser canonicaliser) {
        this.limits = limits;
        this.canonicaliser = canonicaliser;
    }

    /** Returns the objects of a refresh by domain, each once. */
    SequencedMap<String, List<String>> read(Account account, Selector selector, List<String> texts) {
        return read(account, selector, texts, countViolation(texts, limitOf(selector)));
    }

    /** Returns the URLs of a refresh with thenPush by domain, each once, within the limits of both. */
    SequencedMap<String, List<String>> readWithPush(Account account, List<String> texts) {
        return read(account, Selector.URL, texts, countViolationWithPush(texts));
    }

    /** Returns the objects of a push by domain, each once. */
    SequencedMap<String, List<String>> readPush(Account account, List<String> texts) {
        return read(account, Selector.URL, texts, countViolation(texts, limits.maxPushes()));
    }

    /** Returns the canonical form of one object, with the domain that covers it. */
    DomainObject read(Account account, Selector selector, String text) throws InvalidObjectException {
        CanonicalObject object = canonicaliser.canonicalise(text, selector);
        return new DomainObject(object.url(), domainOf(account, object));
    }

    /** Validates each entry of a refresh. */
    CheckedObjects check(Account account, Selector selector, List<String> texts) {
        return check(account, selector, texts, limitOf(selector), countViolation(texts, limitOf(selector)));
    }

    /** Validates each entry of a refresh with thenPush. */
    CheckedObjects checkWithPush(Account account, List<String> texts) {
        return check(
                account,
                Selector.URL,
                texts,
                Math.min(limits.maxPushes(), limits.maxUrls()),
                countViolationWithPush(texts));
    }

    /** Validates each entry of a push. */
    CheckedObjects checkPush(Account account, List<String> texts) {
        return check(account, Selector.URL, texts, limits.maxPushes(), countViolation(texts, limits.maxPushes()));
    }

    private int limitOf(Selector selector) {
        return switch (selector) {
            case URL -> limits.maxUrls();
            case DIRECTORY -> limits.maxDirectories();
        };
    }

    private @Nullable Violation countViolationWithPush(List<String> texts) {
        return texts.size() > limits.maxPushes()
                ? Violation.at(
                        "/objects",
                        "has " + texts.size() + " entries; at most " + limits.maxPushes()
                                + " are allowed with thenPush",
                        ViolationKind.TOO_MANY)
                : countViolation(texts, limits.maxUrls());
    }

    private static @Nullable Violation countViolation(List<String> texts, int max) {
        return texts.isEmpty() || texts.size() > max
                ? Violation.at(
                        "/objects",
                        "has " + texts.size() + " entries; between 1 and " + max + " are allowed",
                        texts.isEmpty() ? ViolationKind.OTHER : ViolationKind.TOO_MANY)
                : null;
    }

    private SequencedMap<String, List<String>> read(
            Account account, Selector selector, List<String> texts, @Nullable Violation countViolation) {
        if (countViolation != null) {
            throw ProblemException.invalid(countViolation);
        }
        SequencedMap<String, SequencedSet<String>> byDomain = new LinkedHashMap<>();
        Violations violations = new Violations();
        forEachEntry(account, selector, texts, new EntryListener() {
            @Override
            public void valid(int index, String url, String domain) {
                byDomain.computeIfAbsent(domain, _ -> new LinkedHashSet<>()).add(url);
            }

            @Override
            public void invalid(int index, InvalidObjectException exception) {
                violations.add(Violation.at("/objects/" + index, exception.reason(), exception.kind()));
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
        forEachEntry(account, selector, texts.subList(0, Math.min(texts.size(), max)), checked);
        return checked;
    }

    /** Receives the result of every entry, in order. */
    interface EntryListener {

        void valid(int index, String url, String domain);

        void invalid(int index, InvalidObjectException exception);
    }

    private void forEachEntry(Account account, Selector selector, List<String> texts, EntryListener listener) {
        Map<String, String> domains = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                CanonicalObject object = canonicaliser.canonicalise(texts.get(i), selector);
                String domain = domains.get(object.authority());
                if (domain == null) {
                    domain = domainOf(account, object);
                    domains.put(object.authority(), domain);
                }
                listener.valid(i, object.url(), domain);
            } catch (InvalidObjectException e) {
                listener.invalid(i, e);
            }
        }
    }

    private static String domainOf(Account account, CanonicalObject object) throws InvalidObjectException {
        return account.domainOf(object.authority())
                .map(Domain::name)
                .orElseThrow(() -> new InvalidObjectException(
                        "names " + object.authority() + ", which none of the account's domains covers",
                        ViolationKind.FOREIGN_DOMAIN));
    }
}
