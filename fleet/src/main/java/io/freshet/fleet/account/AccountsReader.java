package io.freshet.fleet.account;

import io.freshet.fleet.validation.ConfigurationErrors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns {@code freshet.accounts} into accounts, or says what is wrong with each line. */
public final class AccountsReader {

    public static final String ROOT = "freshet.accounts";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private record Owned(Domain domain, String account) {}

    private final ConfigurationErrors errors;
    private final Set<String> ids = new HashSet<>();
    private final TokensReader tokens;
    private final List<Owned> taken = new ArrayList<>();

    public AccountsReader(ConfigurationErrors errors) {
        this.errors = errors;
        this.tokens = new TokensReader(errors);
    }

    public Accounts read(List<AccountProperties> properties) {
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < properties.size(); i++) {
            accounts.add(account(ROOT + "[" + i + "]", properties.get(i)));
        }
        return new Accounts(accounts);
    }

    private Account account(String at, AccountProperties properties) {
        String id = properties.id();
        errors.check(ID.matcher(id).matches(), at + ".id", '"' + id + "\" is not an id " + ID);
        errors.check(ids.add(id), at + ".id", '"' + id + "\" is another account's id, too");
        List<Domain> domains = new ArrayList<>();
        for (int i = 0; i < properties.domains().size(); i++) {
            domain(at + ".domains[" + i + "]", id, properties.domains().get(i), domains);
        }
        errors.check(properties.requestsPerMinute() > 0, at + ".requests-per-minute", "is not positive");
        return new Account(
                id,
                properties.operator(),
                tokens.read(at + ".token-hashes", properties, domains),
                domains,
                quotas(at + ".quotas", properties.quotas()),
                properties.requestsPerMinute(),
                new PushVariantsReader(errors, domains).read(at + ".push-variants", properties.pushVariants()));
    }

    /** The value is not repeated in a fault: somebody may have written the token itself. */
    private void domain(String at, String account, String name, List<Domain> domains) {
        try {
            Domain domain = new Domain(name);
            domains.add(domain);
            taken.stream()
                    .filter(other ->
                            !other.account().equals(account) && other.domain().overlaps(domain))
                    .findFirst()
                    .ifPresent(other -> errors.add(
                            at, '"' + name + "\" overlaps " + other.domain() + " of account " + other.account()));
            taken.add(new Owned(domain, account));
        } catch (IllegalArgumentException e) {
            errors.add(at, String.valueOf(e.getMessage()));
        }
    }

    private Quotas quotas(String at, AccountProperties.QuotaProperties quotas) {
        errors.check(quotas.url() >= 0, at + ".url", "is negative");
        errors.check(quotas.directory() >= 0, at + ".directory", "is negative");
        errors.check(quotas.regex() >= 0, at + ".regex", "is negative");
        errors.check(quotas.host() >= 0, at + ".host", "is negative");
        errors.check(quotas.tag() >= 0, at + ".tag", "is negative");
        errors.check(quotas.everything() >= 0, at + ".everything", "is negative");
        errors.check(quotas.push() >= 0, at + ".push", "is negative");
        return new Quotas(
                quotas.url(),
                quotas.directory(),
                quotas.regex(),
                quotas.host(),
                quotas.tag(),
                quotas.everything(),
                quotas.push());
    }
}
