package io.freshet.purge.node;

import io.freshet.contracts.Selector;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;
import org.jspecify.annotations.Nullable;

/** Attempt that records its result. */
final class RecordedAttempt extends PurgeAttempt {

    private final Purge purge;
    private volatile PurgeOutcome.@Nullable Final outcome;
    private volatile @Nullable NodeHealth undelivered;

    RecordedAttempt(String url) {
        this.purge = Purge.of(Selector.URL, url, false);
    }

    @Override
    public Purge purge() {
        return purge;
    }

    @Override
    public void answered(PurgeOutcome.Final answer) {
        outcome = answer;
    }

    @Override
    public void undelivered(NodeHealth reason) {
        undelivered = reason;
    }

    PurgeOutcome.@Nullable Final outcome() {
        return outcome;
    }

    @Nullable
    NodeHealth undelivered() {
        return undelivered;
    }
}
