package io.freshet.fleet.account;

import io.freshet.fleet.account.AccountProperties.TokenProperties;
import io.freshet.fleet.validation.ConfigurationErrors;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reader of the accounts' {@code token-hashes}, with an error per wrong entry. */
final class TokensReader {

    private static final Pattern HASH = Pattern.compile(Accounts.HASH_PREFIX + "[0-9a-f]{64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final String SCOPES =
            TokenScope.all().stream().map(TokenScope::toString).collect(Collectors.joining(", "));

    private final ConfigurationErrors errors;
    /** Id of the account of each hash: a token must not be of two. */
    private final Map<String, String> accounts = new HashMap<>();

    TokensReader(ConfigurationErrors errors) {
        this.errors = errors;
    }

    List<AccountToken> read(String at, AccountProperties account, List<Domain> domains) {
        List<AccountToken> tokens = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < account.tokenHashes().size(); i++) {
            String entry = at + '[' + i + ']';
            AccountToken token = token(entry, account, account.tokenHashes().get(i), domains);
            errors.check(
                    names.add(token.name()), entry + ".name", '"' + token.name() + "\" is the name of another token");
            tokens.add(token);
        }
        return tokens;
    }

    private AccountToken token(String at, AccountProperties account, TokenProperties properties, List<Domain> domains) {
        boolean isHash = checkHash(at, account.id(), properties.hash());
        return new AccountToken(
                properties.hash(),
                // What is not a hash may be the token itself, which no error may show.
                isHash ? name(at + ".name", properties) : at,
                expires(at + ".expires", properties.expires()),
                scopes(at + ".scopes", account, properties.scopes()),
                domains(at + ".domains", properties.domains(), domains));
    }

    private boolean checkHash(String at, String account, String hash) {
        if (!errors.check(HASH.matcher(hash).matches(), at, "is not sha256: and 64 lower-case hex digits")) {
            return false;
        }
        String other = accounts.putIfAbsent(hash, account);
        return errors.check(other == null, at, "is a token of account " + other + ", too");
    }

    private String name(String at, TokenProperties properties) {
        String name = properties.name();
        if (name == null) {
            return AccountToken.nameOf(properties.hash());
        }
        errors.check(NAME.matcher(name).matches(), at, '"' + name + "\" is not a name " + NAME);
        return name;
    }

    private @Nullable Instant expires(String at, @Nullable String expires) {
        if (expires == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(expires).toInstant();
        } catch (DateTimeException e) {
            errors.add(
                    at,
                    '"' + expires + "\" is not a date and time with its offset, such as 2027-01-31T00:00:00Z; remove"
                            + " it for a token that does not expire");
            return null;
        }
    }

    private Set<TokenScope> scopes(String at, AccountProperties account, @Nullable List<String> names) {
        if (names == null) {
            return TokenScope.all();
        }
        Set<TokenScope> scopes = EnumSet.noneOf(TokenScope.class);
        for (String name : names) {
            TokenScope.named(name)
                    .ifPresentOrElse(
                            scopes::add, () -> errors.add(at, '"' + name + "\" is not a scope; those are " + SCOPES));
        }
        errors.check(!names.isEmpty(), at, "is empty, which allows nothing; remove it to allow all scopes");
        errors.check(
                account.operator() || !scopes.contains(TokenScope.OPERATE),
                at,
                "has operate, which has no effect; remove it, or make the account an operator's: operator: true");
        return scopes;
    }

    private @Nullable Set<Domain> domains(String at, @Nullable List<String> names, List<Domain> ofAccount) {
        if (names == null) {
            return null;
        }
        Set<Domain> domains = new HashSet<>();
        for (String name : names) {
            ofAccount.stream()
                    .filter(domain -> domain.name().equals(name))
                    .findFirst()
                    .ifPresentOrElse(
                            domains::add,
                            () -> errors.add(
                                    at,
                                    '"' + name + "\" is not one of the account's domains; write it as the account"
                                            + " does, or add it there"));
        }
        errors.check(!names.isEmpty(), at, "is empty, which allows nothing; remove it to allow all domains");
        return domains;
    }
}
