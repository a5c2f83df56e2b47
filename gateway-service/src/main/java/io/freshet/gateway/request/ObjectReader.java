package io.freshet.gateway.request;

import io.freshet.contracts.Selector;
import io.freshet.fleet.Account;
import io.freshet.fleet.Domain;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
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

/** Reads the objects of a request: all of them, or none; or says of each what it would come to. */
@Component
class ObjectReader {

    private final GatewayProperties.Limits limits;
    private final Canonicaliser canonicaliser;

    ObjectReader(GatewayProperties properties, Canonicaliser canonicaliser) {
        this.limits = properties.limits();
        this.canonicaliser = canonicaliser;
    }

    /** The objects of a refresh, by domain, each once. */
    SequencedMap<String, List<String>> read(Account account, Selector selector, List<String> texts) {
        return read(account, selector, texts, countFault(texts, limitOf(selector)));
    }

    /** The objects of a refresh that a push follows, by domain, each once: URLs, within the limits of both. */
    SequencedMap<String, List<String>> readWithPush(Account account, List<String> texts) {
        return read(account, Selector.URL, texts, countFaultWithPush(texts));
    }

    /** The objects of a push, by domain, each once. */
    SequencedMap<String, List<String>> readPush(Account account, List<String> texts) {
        return read(account, Selector.URL, texts, countFault(texts, limits.pushes()));
    }

    /** What each entry of a refresh would come to. */
    CheckedObjects check(Account account, Selector selector, List<String> texts) {
        return check(account, selector, texts, countFault(texts, limitOf(selector)));
    }

    /** What each entry of a refresh that a push follows would come to. */
    CheckedObjects checkWithPush(Account account, List<String> texts) {
        return check(account, Selector.URL, texts, countFaultWithPush(texts));
    }

    /** What each entry of a push would come to. */
    CheckedObjects checkPush(Account account, List<String> texts) {
        return check(account, Selector.URL, texts, countFault(texts, limits.pushes()));
    }

    private int limitOf(Selector selector) {
        return switch (selector) {
            case URL -> limits.urls();
            case DIRECTORY -> limits.directories();
        };
    }

    private @Nullable Fault countFaultWithPush(List<String> texts) {
        return texts.size() > limits.pushes()
                ? Fault.at(
                        "/objects",
                        "has " + texts.size() + " entries; at most " + limits.pushes()
                                + " can be pushed, as thenPush asks",
                        Fault.Kind.TOO_MANY)
                : countFault(texts, limits.urls());
    }

    private static @Nullable Fault countFault(List<String> texts, int max) {
        return texts.isEmpty() || texts.size() > max
                ? Fault.at(
                        "/objects",
                        "has " + texts.size() + " entries; between 1 and " + max + " are allowed",
                        texts.isEmpty() ? Fault.Kind.OTHER : Fault.Kind.TOO_MANY)
                : null;
    }

    private SequencedMap<String, List<String>> read(
            Account account, Selector selector, List<String> texts, @Nullable Fault countFault) {
        if (countFault != null) {
            throw ProblemException.invalid(countFault);
        }
        SequencedMap<String, SequencedSet<String>> byDomain = new LinkedHashMap<>();
        FaultList faults = new FaultList();
        each(account, selector, texts, new Entries() {
            @Override
            public void right(int index, String url, String domain) {
                byDomain.computeIfAbsent(domain, _ -> new LinkedHashSet<>()).add(url);
            }

            @Override
            public void wrong(int index, InvalidObjectException why) {
                faults.add(Fault.at("/objects/" + index, why.reason(), why.kind()));
            }
        });
        faults.throwIfAny();
        SequencedMap<String, List<String>> objects = new LinkedHashMap<>();
        byDomain.forEach((domain, urls) -> objects.put(domain, new ArrayList<>(urls)));
        return objects;
    }

    private CheckedObjects check(Account account, Selector selector, List<String> texts, @Nullable Fault countFault) {
        CheckedObjects checked = new CheckedObjects(countFault);
        each(account, selector, texts, checked);
        return checked;
    }

    /** Who is told of every entry, one after the other. */
    interface Entries {

        void right(int index, String url, String domain);

        void wrong(int index, InvalidObjectException why);
    }

    private void each(Account account, Selector selector, List<String> texts, Entries entries) {
        Map<String, String> domains = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                CanonicalObject object = canonicaliser.canonicalise(texts.get(i), selector);
                String domain = domains.get(object.authority());
                if (domain == null) {
                    domain = domainOf(account, object);
                    domains.put(object.authority(), domain);
                }
                entries.right(i, object.url(), domain);
            } catch (InvalidObjectException e) {
                entries.wrong(i, e);
            }
        }
    }

    private static String domainOf(Account account, CanonicalObject object) throws InvalidObjectException {
        return account.domainOf(object.authority())
                .map(Domain::name)
                .orElseThrow(() -> new InvalidObjectException(
                        "names " + object.authority() + ", which none of the account's domains covers",
                        Fault.Kind.FOREIGN_DOMAIN));
    }
}
