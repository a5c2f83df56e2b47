package io.freshet.push.task;

import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.Redirects;
import io.freshet.fleet.account.Domain;
import io.freshet.push.fetch.PublicUrl;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Targets of redirects that a push follows: http and https URLs of the account's domains.
 *
 * @param domains empty to follow no redirect
 */
record RedirectTargets(List<Domain> domains) {

    /** Longest chain of redirects that is followed. */
    static final int MAX_HOPS = 5;

    /** A scheme and authority with the scheme's own port. */
    private static final Pattern DEFAULT_PORT = Pattern.compile("(http://.*):80|(https://.*):443");

    static RedirectTargets of(PushCommand command) {
        return new RedirectTargets(
                command.redirects() == Redirects.FOLLOW
                        ? command.domains().stream().map(Domain::new).toList()
                        : List.of());
    }

    /** Decision about the target of a redirect. */
    sealed interface RedirectTarget {

        /** It is fetched. */
        record Followed(PublicUrl url) implements RedirectTarget {}

        /** It is left alone, for this reason. */
        record Ignored(String reason) implements RedirectTarget {}
    }

    /**
     * Returns the target of a redirect; null if there is none, or no redirect is followed.
     *
     * @param location value of {@code Location} in the response to a URL; null if it is no redirect
     */
    @Nullable
    RedirectTarget of(PublicUrl from, @Nullable String location) {
        return location == null || domains.isEmpty() ? null : resolve(from, location);
    }

    private RedirectTarget resolve(PublicUrl from, String location) {
        PublicUrl url;
        try {
            url = canonical(URI.create(from.toString()).resolve(location.strip()));
        } catch (IllegalArgumentException e) {
            return new RedirectTarget.Ignored("its target is no http or https URL, and was not followed");
        }
        return domains.stream().anyMatch(domain -> domain.covers(url.authority()))
                ? new RedirectTarget.Followed(url)
                : new RedirectTarget.Ignored(
                        "its target at " + url.authority() + " is not of the account's domains, and was not followed");
    }

    private static PublicUrl canonical(URI uri) {
        if (uri.getScheme() == null || uri.getRawAuthority() == null) {
            throw new IllegalArgumentException("not absolute");
        }
        String site = uri.getScheme().toLowerCase(Locale.ROOT) + "://"
                + uri.getRawAuthority().toLowerCase(Locale.ROOT);
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery();
        return PublicUrl.parse(withoutDefaultPort(site) + path + query);
    }

    private static String withoutDefaultPort(String site) {
        return DEFAULT_PORT.matcher(site).matches() ? site.substring(0, site.lastIndexOf(':')) : site;
    }
}
