package io.freshet.fleet.account;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Kind of request that a token allows. */
public enum TokenScope {
    /** Queries, streams and inspections. */
    READ,
    /** Refreshes, their checks, and the cancellation of tasks. */
    REFRESH,
    /** Pushes, their checks, and the cancellation of tasks. */
    PUSH,
    /** Node actions, if the account is an operator's. */
    OPERATE;

    /** Returns all scopes: those of a token without a limit. */
    public static Set<TokenScope> all() {
        return EnumSet.allOf(TokenScope.class);
    }

    /** Returns the scope with this name, in lower case. */
    public static Optional<TokenScope> named(String name) {
        return Arrays.stream(values())
                .filter(scope -> scope.toString().equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
