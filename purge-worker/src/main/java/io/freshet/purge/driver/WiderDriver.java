package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.fleet.node.Driver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Driver that purges by a wider selector where the server cannot purge by that of the refresh. */
final class WiderDriver implements PurgeDriver {

    private final PurgeDriver driver;
    private final Driver.Wider settings;

    WiderDriver(PurgeDriver driver, Driver.Wider settings) {
        this.driver = driver;
        this.settings = settings;
    }

    @Override
    public boolean supports(Selector selector) {
        return settings.supports(selector);
    }

    @Override
    public boolean canBeTested(Selector selector) {
        return purgedBy(selector) == selector && driver.canBeTested(selector);
    }

    @Override
    public Selector purgedBy(Selector selector) {
        return settings.purgedBy(selector);
    }

    private Purge widened(Purge purge) {
        return purge.widened(purgedBy(purge.selector()));
    }

    @Override
    public void requireKnown(Selector selector, @Nullable String configuration) {
        driver.requireKnown(purgedBy(selector), configuration);
    }

    @Override
    public PurgeRequest request(Purge purge) {
        return driver.request(widened(purge));
    }

    @Override
    public int variants() {
        return driver.variants();
    }

    @Override
    public PurgeRequest request(Purge purge, int variant) {
        return driver.request(widened(purge), variant);
    }

    @Override
    public PurgeRequest probe() {
        return driver.probe();
    }

    @Override
    public List<String> headers() {
        return driver.headers();
    }

    @Override
    public PurgeOutcome outcome(PurgeAnswer answer) {
        return driver.outcome(answer);
    }

    @Override
    public PurgeOutcome outcome(Purge purge, PurgeAnswer answer) {
        return driver.outcome(widened(purge), answer);
    }

    @Override
    public boolean needsRebound(Selector selector) {
        return driver.needsRebound(purgedBy(selector));
    }

    @Override
    public boolean marksStale(Selector selector, @Nullable String configuration) {
        return driver.marksStale(purgedBy(selector), configuration);
    }

    @Override
    public boolean keepsNewCopies(Selector selector) {
        return driver.keepsNewCopies(purgedBy(selector));
    }

    @Override
    public @Nullable CacheInspector inspector() {
        return driver.inspector();
    }

    /** Returns null: the servers that need wider purges have no bans. */
    @Override
    public @Nullable BanJoiner banJoiner() {
        return null;
    }

    @Override
    public @Nullable PurgeRequest flush() {
        return driver.flush();
    }

    @Override
    public Driver.@Nullable RestartToken restartToken() {
        return driver.restartToken();
    }
}
