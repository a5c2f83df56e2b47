package io.freshet.fleet.account;

import io.freshet.fleet.validation.ConfigurationErrors;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reader of the header values that the domains of one account declare for their pushes. */
final class PushVariantsReader {

    /** Combinations of one domain's values: each is a request for each object that varies by all of them. */
    private static final int MAX_COMBINATIONS = 16;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[!-~](?:[ -~]{0,254}[!-~])?");

    /** Headers by which a request would be for another object, or by another client. */
    private static final Set<String> RESERVED =
            Set.of("host", "range", "authorization", "connection", "content-length");

    private final ConfigurationErrors errors;
    private final List<Domain> domains;

    PushVariantsReader(ConfigurationErrors errors, List<Domain> domains) {
        this.errors = errors;
        this.domains = domains;
    }

    Map<String, Map<String, List<String>>> read(String at, List<AccountProperties.PushVariantProperties> properties) {
        Map<String, Map<String, List<String>>> variants = new HashMap<>();
        for (int i = 0; i < properties.size(); i++) {
            String entry = at + "[" + i + "]";
            String domain = properties.get(i).domain();
            errors.check(
                    domains.stream().anyMatch(each -> each.name().equals(domain)),
                    entry + ".domain",
                    '"' + domain + "\" is not one of the account's domains");
            Map<String, List<String>> headers = properties.get(i).headers();
            check(entry + ".headers", headers);
            errors.check(
                    variants.put(domain, Map.copyOf(headers)) == null,
                    entry + ".domain",
                    '"' + domain + "\" has variants already");
        }
        return variants;
    }

    private void check(String at, Map<String, List<String>> headers) {
        long combinations = 1;
        for (var header : headers.entrySet()) {
            String name = header.getKey();
            errors.check(
                    NAME.matcher(name).matches() && !RESERVED.contains(name.toLowerCase(Locale.ROOT)),
                    at,
                    '"' + name + "\" must not be a header of a push");
            errors.check(
                    !header.getValue().isEmpty()
                            && header.getValue().stream()
                                    .allMatch(value -> VALUE.matcher(value).matches()),
                    at + '.' + name,
                    "must have values of 1 to 256 visible ASCII characters, with spaces only between them");
            combinations *= Math.max(1, header.getValue().size());
        }
        errors.check(
                combinations <= MAX_COMBINATIONS,
                at,
                "have " + combinations + " combinations of values; at most " + MAX_COMBINATIONS + " are allowed");
    }
}
