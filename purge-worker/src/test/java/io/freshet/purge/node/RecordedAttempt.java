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
    private volatile @Nullable String postponed;
    private volatile boolean stalled;
    private volatile boolean isCancelled;
    private volatile boolean isVerified;
    private final String account;

    RecordedAttempt(String url) {
        this("acme", url);
    }

    RecordedAttempt(String account, String url) {
        this(account, Purge.of(Selector.URL, url, false));
    }

    RecordedAttempt(String account, Purge purge) {
        this.account = account;
        this.purge = purge;
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public void stalled() {
        stalled = true;
    }

    @Override
    public void postponed(String cause) {
        postponed = cause;
    }

    @Override
    public boolean isCancelled() {
        return isCancelled;
    }

    @Override
    public void cancelled() {
        throw new IllegalStateException("was not dropped by the test");
    }

    @Override
    public boolean isVerified() {
        return isVerified;
    }

    RecordedAttempt verify() {
        isVerified = true;
        return this;
    }

    RecordedAttempt cancel() {
        isCancelled = true;
        return this;
    }

    boolean isStalled() {
        return stalled;
    }

    @Nullable
    String postponed() {
        return postponed;
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
