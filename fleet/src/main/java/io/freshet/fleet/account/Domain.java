package io.freshet.fleet.account;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Domain whose content an account may refresh and push: a host, or {@code *.name} for the sub-domains of a name without
 * the name itself, each with {@code :port} unless the port is the scheme's own.
 */
public record Domain(String name) {

    private static final String LABEL = "[a-z0-9]([a-z0-9_-]*[a-z0-9])?";
    private static final Pattern FORM = Pattern.compile("(\\*\\.)?" + LABEL + "(\\." + LABEL + ")*(:[1-9][0-9]{0,4})?");

    /**
     * @throws IllegalArgumentException unless the name is in lower case, IDN as punycode, without a trailing dot
     */
    public Domain {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + name
                            + "\" is not a host or *.host in lower case (IDN as punycode), with :port where it is not the scheme's own");
        }
    }

    /** Whether an object with this canonical authority, {@code host} or {@code host:port}, belongs to the domain. */
    public boolean covers(String authority) {
        return isWildcard()
                ? authority.endsWith(suffix()) && authority.length() > suffix().length()
                : authority.equals(name);
    }

    /**
     * Returns which of some domains covers a canonical authority: the exact name before {@code *.name}, the longer of
     * two wildcards.
     */
    public static Optional<Domain> covering(Collection<Domain> domains, String authority) {
        return domains.stream()
                .filter(domain -> domain.covers(authority))
                .max(Comparator.comparingInt(domain -> domain.name().length()));
    }

    /** Whether some authority belongs to both. */
    public boolean overlaps(Domain other) {
        if (isWildcard() && other.isWildcard()) {
            return suffix().endsWith(other.suffix()) || other.suffix().endsWith(suffix());
        }
        return covers(other.name) || other.covers(name);
    }

    /** Returns whether each authority that belongs to another domain belongs to this one. */
    public boolean includes(Domain other) {
        return other.isWildcard() ? isWildcard() && other.suffix().endsWith(suffix()) : covers(other.name);
    }

    private boolean isWildcard() {
        return name.startsWith("*.");
    }

    /** With the dot, and with the port if there is one. */
    private String suffix() {
        return name.substring(1);
    }

    @Override
    public String toString() {
        return name;
    }
}
