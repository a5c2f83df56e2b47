package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.Driver;
import io.freshet.fleet.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Varnish with {@code deploy/varnish/freshet.vcl}, whose protocol this is. */
final class VarnishDriver implements PurgeDriver {

    private final Driver.Varnish settings;
    private final String authority;
    private final AnswerCheck answers;

    VarnishDriver(Driver.Varnish settings, Node node) {
        this.settings = settings;
        this.authority = node.address().getAuthority();
        this.answers = new AnswerCheck(Driver.MARKER, node.id());
    }

    @Override
    public boolean supports(Selector selector) {
        return true;
    }

    @Override
    public PurgeRequest request(Purge purge) {
        Map<String, String> headers = authorized();
        headers.put("X-Forwarded-Proto", purge.scheme());
        return switch (purge.selector()) {
            case URL -> {
                if (purge.soft()) {
                    headers.put("Freshet-Soft", "1");
                }
                yield PurgeRequest.of("PURGE", purge.target(), purge.authority(), headers);
            }
            case DIRECTORY -> {
                headers.put("Freshet-Ban", startsWith(purge.target()));
                yield PurgeRequest.of("BAN", purge.target(), purge.authority(), headers);
            }
        };
    }

    @Override
    public PurgeRequest probe() {
        Map<String, String> headers = authorized();
        headers.put("Freshet-Probe", "1");
        return PurgeRequest.of("PURGE", "/", authority, headers);
    }

    @Override
    public Outcome outcome(PurgeAnswer answer) {
        return answers.outcome(answer);
    }

    @Override
    public boolean needsRebound(Selector selector) {
        return selector != Selector.URL;
    }

    @Override
    public PurgeRequest flush() {
        Map<String, String> headers = authorized();
        headers.put("Freshet-Flush", "1");
        return PurgeRequest.of("BAN", "/", authority, headers);
    }

    /** A Varnish that starts has an empty cache. */
    @Override
    public Driver.@Nullable StartMarker startMarker() {
        return null;
    }

    private Map<String, String> authorized() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Freshet-Token", settings.token());
        return headers;
    }

    /**
     * An anchored regular expression for URLs that start so. Special characters go into brackets, not behind backslashes, which ban
     * expressions treat differently from one Varnish version to another; {@code ^ \ { | }} are percent-encoded in canonical URLs.
     */
    static String startsWith(String path) {
        StringBuilder expression = new StringBuilder("^");
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (".[]()*+?$".indexOf(c) >= 0) {
                expression.append('[').append(c).append(']');
            } else {
                expression.append(c);
            }
        }
        return expression.toString();
    }
}
