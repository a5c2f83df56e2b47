package io.freshet.fleet.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All accounts. Tokens are stored as hashes; they are long and random, so a plain SHA-256 is as good as a slow hash.
 */
public final class Accounts {

    /** Prefix of a token's hash in the configuration. */
    public static final String HASH_PREFIX = "sha256:";

    private final List<Account> all;
    private final Map<String, TokenGrant> byHash = new HashMap<>();

    public Accounts(List<Account> all) {
        this.all = List.copyOf(all);
        all.forEach(account -> account.tokens()
                .forEach(token -> byHash.put(token.hash(), new TokenGrant(token.limit(account), token))));
    }

    public List<Account> all() {
        return all;
    }

    public Optional<Account> byId(String id) {
        return all.stream().filter(account -> account.id().equals(id)).findFirst();
    }

    /**
     * Returns what a token gives access to, also if it has expired. Looking its hash up in a map tells an attacker
     * nothing: he cannot choose hashes.
     */
    public Optional<TokenGrant> byToken(String token) {
        return Optional.ofNullable(byHash.get(hash(token)));
    }

    /** A token as the configuration holds it. */
    public static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HASH_PREFIX + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
