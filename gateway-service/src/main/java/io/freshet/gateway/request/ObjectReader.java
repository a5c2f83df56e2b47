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
import org.springframework.stereotype.Component;

/** Reads the objects of a request: all of them, or none. */
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
        return switch (selector) {
            case URL -> read(account, selector, texts, limits.urls());
            case DIRECTORY -> read(account, selector, texts, limits.directories());
        };
    }

    /** The objects of a refresh that a push follows, by domain, each once: URLs, within the limits of both. */
    SequencedMap<String, List<String>> readWithPush(Account account, List<String> texts) {
        if (texts.size() > limits.pushes()) {
            throw ProblemException.invalid(Fault.at(
                    "/objects",
                    "has " + texts.size() + " entries; at most " + limits.pushes() + " can be pushed, as thenPush asks",
                    Fault.Kind.TOO_MANY));
        }
        return read(account, Selector.URL, texts);
    }

    /** The objects of a push, by domain, each once. */
    SequencedMap<String, List<String>> readPush(Account account, List<String> texts) {
        return read(account, Selector.URL, texts, limits.pushes());
    }

    private SequencedMap<String, List<String>> read(Account account, Selector selector, List<String> texts, int max) {
        if (texts.isEmpty() || texts.size() > max) {
            throw ProblemException.invalid(Fault.at(
                    "/objects",
                    "has " + texts.size() + " entries; between 1 and " + max + " are allowed",
                    texts.isEmpty() ? Fault.Kind.OTHER : Fault.Kind.TOO_MANY));
        }
        SequencedMap<String, SequencedSet<String>> byDomain = new LinkedHashMap<>();
        Map<String, String> domains = new HashMap<>();
        FaultList faults = new FaultList();
        for (int i = 0; i < texts.size(); i++) {
            try {
                CanonicalObject object = canonicaliser.canonicalise(texts.get(i), selector);
                String domain = domains.get(object.authority());
                if (domain == null) {
                    domain = domainOf(account, object);
                    domains.put(object.authority(), domain);
                }
                byDomain.computeIfAbsent(domain, _ -> new LinkedHashSet<>()).add(object.url());
            } catch (InvalidObjectException e) {
                faults.add(Fault.at("/objects/" + i, e.reason(), e.kind()));
            }
        }
        faults.throwIfAny();
        SequencedMap<String, List<String>> objects = new LinkedHashMap<>();
        byDomain.forEach((domain, urls) -> objects.put(domain, new ArrayList<>(urls)));
        return objects;
    }

    private static String domainOf(Account account, CanonicalObject object) throws InvalidObjectException {
        return account.domainOf(object.authority())
                .map(Domain::name)
                .orElseThrow(() -> new InvalidObjectException(
                        "names " + object.authority() + ", which none of the account's domains covers",
                        Fault.Kind.FOREIGN_DOMAIN));
    }
}
