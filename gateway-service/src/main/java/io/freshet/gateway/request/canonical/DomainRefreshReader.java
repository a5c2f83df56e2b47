package io.freshet.gateway.request.canonical;

import io.freshet.contracts.Selector;
import io.freshet.contracts.url.CanonicalObject;
import io.freshet.contracts.url.Canonicaliser;
import io.freshet.contracts.url.DomainTag;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Domain;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.problem.ViolationKind;
import io.freshet.gateway.problem.Violations;
import io.freshet.gateway.request.object.LimitProperties;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reader of what is refreshed within domains, one or all of the account's: tags, and everything. */
@Component
class DomainRefreshReader {

    private static final String DOMAIN = "/domain";

    private final LimitProperties limits;
    private final Canonicaliser canonicaliser;
    private final SelectorSupport support;

    DomainRefreshReader(LimitProperties limits, Canonicaliser canonicaliser, SelectorSupport support) {
        this.limits = limits;
        this.canonicaliser = canonicaliser;
        this.support = support;
    }

    /**
     * Returns the objects of a refresh of everything, by domain.
     *
     * @param domain as the client has written it; null for all of the account's
     */
    SequencedMap<String, List<String>> readEverything(Account account, @Nullable String domain) {
        SequencedMap<String, List<String>> objects = new LinkedHashMap<>();
        everythingOf(account, domain).forEach(each -> objects.put(each.domain(), List.of(each.url())));
        return objects;
    }

    /**
     * Returns the objects of a refresh by tag, by domain.
     *
     * @param domain as the client has written it; null for all of the account's
     * @param texts tags
     */
    SequencedMap<String, List<String>> readTags(Account account, @Nullable String domain, List<String> texts) {
        List<DomainObject> within = domains(account, domain);
        @Nullable Violation tooMany = countViolation(texts, within);
        if (tooMany != null) {
            throw ProblemException.invalid(tooMany);
        }
        SequencedSet<String> tags = tags(texts);
        SequencedMap<String, List<String>> objects = new LinkedHashMap<>();
        within.forEach(each -> objects.put(
                each.domain(),
                tags.stream()
                        .map(tag -> new DomainTag(each.url(), tag).object())
                        .toList()));
        return objects;
    }

    private static SequencedSet<String> tags(List<String> texts) {
        SequencedSet<String> tags = new LinkedHashSet<>();
        Violations violations = new Violations();
        for (int i = 0; i < texts.size(); i++) {
            try {
                DomainTag.requireTag(texts.get(i));
                tags.add(texts.get(i));
            } catch (InvalidObjectException e) {
                violations.add(Violation.at(ObjectReader.OBJECTS + '/' + i, e.reason(), ViolationKind.of(e.kind())));
            }
        }
        violations.throwIfAny();
        return tags;
    }

    /** Returns the objects of one tag of a list: one in each domain. */
    List<DomainObject> readTag(Account account, @Nullable String domain, String tag) throws InvalidObjectException {
        DomainTag.requireTag(tag);
        return domains(account, domain).stream()
                .map(each -> new DomainObject(new DomainTag(each.url(), tag).object(), each.domain()))
                .toList();
    }

    /** Validates a refresh of everything, with an entry for each domain. */
    CheckedObjects checkEverything(Account account, @Nullable String domain) {
        List<DomainObject> domains = everythingOf(account, domain);
        CheckedObjects checked = new CheckedObjects(null);
        for (int i = 0; i < domains.size(); i++) {
            checked.valid(i, domains.get(i).url(), domains.get(i).domain());
        }
        return checked;
    }

    /** Validates each tag of a refresh. */
    CheckedObjects checkTags(Account account, @Nullable String domain, List<String> texts) {
        List<DomainObject> within = domains(account, domain);
        CheckedObjects checked = new CheckedObjects(countViolation(texts, within));
        // A refused request must not cost more than the largest that is accepted.
        for (int i = 0; i < Math.min(texts.size(), limits.maxTags()); i++) {
            try {
                DomainTag.requireTag(texts.get(i));
                checked.valid(i, texts.get(i), within);
            } catch (InvalidObjectException e) {
                checked.invalid(i, e);
            }
        }
        return checked;
    }

    private List<DomainObject> everythingOf(Account account, @Nullable String domain) {
        List<DomainObject> domains = domains(account, domain);
        if (domains.size() > LimitProperties.MAX_OBJECTS) {
            throw ProblemException.invalid(Violation.at(
                    DOMAIN,
                    "is missing, and the account has " + domains.size() + " domains; at most "
                            + LimitProperties.MAX_OBJECTS + " are allowed in a request. Name a domain",
                    ViolationKind.TOO_MANY));
        }
        return domains;
    }

    /**
     * Returns the domains to refresh within, each with the account's domain that covers it.
     *
     * @throws ProblemException if the account has no such domain, or a node cannot purge sub-domains
     */
    List<DomainObject> domains(Account account, @Nullable String domain) {
        List<DomainObject> named = named(account, domain);
        String reason = support.refusalOfSubdomains();
        if (reason != null && named.stream().anyMatch(each -> each.url().startsWith("*."))) {
            throw ProblemException.of(ProblemType.UNSUPPORTED_BY_NODES, reason);
        }
        return named;
    }

    private List<DomainObject> named(Account account, @Nullable String domain) {
        if (domain == null) {
            return all(account);
        }
        try {
            CanonicalObject object = canonicaliser.canonicalise(domain, Selector.EVERYTHING);
            return List.of(new DomainObject(object.url(), covering(account, object.authority())));
        } catch (InvalidObjectException e) {
            throw ProblemException.invalid(Violation.at(DOMAIN, e.reason(), ViolationKind.of(e.kind())));
        }
    }

    private static List<DomainObject> all(Account account) {
        if (account.domains().isEmpty()) {
            throw ProblemException.invalid(Violation.at(
                    DOMAIN,
                    "is missing, and the account has no domains to refresh within; have the operator add them",
                    ViolationKind.FOREIGN_DOMAIN));
        }
        return account.domains().stream()
                .map(each -> new DomainObject(each.name(), each.name()))
                .distinct()
                .toList();
    }

    private static String covering(Account account, String domain) throws InvalidObjectException {
        return account.domainCovering(domain)
                .map(Domain::name)
                .orElseThrow(() -> ForeignDomain.of(
                        account,
                        domain,
                        "is " + domain + ", which is neither one of the account's domains nor a host that one of them"
                                + " covers; leave it out for all of the account's domains"));
    }

    /** Every tag is an object of each domain, and all commands of a request are in memory at once. */
    private @Nullable Violation countViolation(List<String> tags, List<DomainObject> within) {
        @Nullable Violation entries = ObjectReader.countViolation(ObjectReader.OBJECTS, tags, limits.maxTags());
        if (entries != null) {
            return entries;
        }
        long objects = (long) tags.size() * within.size();
        long bytes = within.size() * characters(tags)
                + tags.size()
                        * characters(within.stream().map(DomainObject::url).toList())
                + objects;
        return within.size() == 1
                        || objects <= LimitProperties.MAX_OBJECTS && bytes <= LimitProperties.MAX_COMMAND_BYTES
                ? null
                : Violation.at(
                        ObjectReader.OBJECTS,
                        "has " + tags.size() + " tags, which in the account's " + within.size() + " domains are "
                                + objects + " objects of " + bytes + " bytes; at most " + LimitProperties.MAX_OBJECTS
                                + " and " + LimitProperties.MAX_COMMAND_BYTES
                                + " are allowed. Name a domain, or split the request",
                        ViolationKind.TOO_MANY);
    }

    private static long characters(List<String> texts) {
        return texts.stream().mapToLong(String::length).sum();
    }
}
