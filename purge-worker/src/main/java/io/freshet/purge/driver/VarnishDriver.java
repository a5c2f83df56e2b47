package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import org.jspecify.annotations.Nullable;

/** Driver for Varnish with {@code deploy/varnish/freshet.vcl}, which defines the protocol. */
final class VarnishDriver implements PurgeDriver {

    private final String authority;
    private final HeaderLines authorized;
    private final SchemeLines purgeHeaders;
    private final AnswerCheck answers;

    VarnishDriver(Driver.Varnish settings, Node node) {
        this.authority = node.address().getAuthority();
        this.authorized = HeaderLines.NONE.with("Freshet-Token", settings.token());
        this.purgeHeaders = SchemeLines.with(authorized);
        this.answers = new AnswerCheck(Driver.IDENTITY_HEADER, node.id());
    }

    @Override
    public boolean supports(Selector selector) {
        return true;
    }

    @Override
    public PurgeRequest request(Purge purge) {
        HeaderLines lines = purgeHeaders.of(purge);
        return switch (purge.selector()) {
            case URL ->
                new PurgeRequest(
                        "PURGE",
                        purge.target(),
                        purge.authority(),
                        purge.soft() ? lines.with("Freshet-Soft", "1") : lines);
            case DIRECTORY ->
                new PurgeRequest(
                        "BAN",
                        purge.target(),
                        purge.authority(),
                        lines.with("Freshet-Ban", startsWith(purge.target())));
        };
    }

    @Override
    public PurgeRequest probe() {
        return new PurgeRequest("PURGE", "/", authority, authorized.with("Freshet-Probe", "1"));
    }

    @Override
    public String identityHeader() {
        return answers.identityHeader();
    }

    @Override
    public PurgeOutcome outcome(PurgeAnswer answer) {
        return answers.outcome(answer);
    }

    @Override
    public boolean needsRebound(Selector selector) {
        return selector != Selector.URL;
    }

    @Override
    public PurgeRequest flush() {
        return new PurgeRequest("BAN", "/", authority, authorized.with("Freshet-Flush", "1"));
    }

    /** Returns null: Varnish starts with an empty cache. */
    @Override
    public Driver.@Nullable RestartToken restartToken() {
        return null;
    }

    /**
     * Returns an anchored regular expression for URLs that start with a path. Special characters go into brackets, not
     * behind backslashes, which ban expressions treat differently from one Varnish version to another;
     * {@code ^ \ { | }} are percent-encoded in canonical URLs.
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
