package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.fleet.node.Node;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.verify.PurgeVerifier;
import io.freshet.purge.verify.VerificationProperties;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Target that only records. */
final class RecordedTarget implements PurgeTarget {
    final PurgeDriver driver;
    final List<PurgeAttempt> answered = new CopyOnWriteArrayList<>();
    final List<PurgeAttempt> failed = new CopyOnWriteArrayList<>();
    final List<String> causes = new CopyOnWriteArrayList<>();
    final List<PurgeAttempt> undelivered = new CopyOnWriteArrayList<>();
    volatile boolean open = true;
    volatile boolean responded;

    private final PurgeVerifier verifier;

    private RecordedTarget(Node node, int verifiedObjects) {
        this.driver = PurgeDriver.of(node);
        this.verifier = new PurgeVerifier(node, driver, new VerificationProperties(verifiedObjects, false));
    }

    /** Returns a target that is not looked at. */
    static RecordedTarget unverified(Node node) {
        return new RecordedTarget(node, 0);
    }

    /** Returns a target that can be looked at, by a probe. */
    static RecordedTarget verified(Node node) throws IOException {
        RecordedTarget target = new RecordedTarget(node, 20);
        PurgeAnswer probe = new PurgeAnswer(200, "Alive", Map.of("freshet-configuration", "4 x"));
        assertThat(target.verifier.failure(probe, true, _ -> probe)).isNull();
        return target;
    }

    @Override
    public String id() {
        return "n1";
    }

    @Override
    public PurgeDriver driver() {
        return driver;
    }

    @Override
    public PurgeVerifier verifier() {
        return verifier;
    }

    @Override
    public void look(PurgeAttempt attempt, Consumer<PurgeAnswer> answered) {
        throw new AssertionError("no look is wanted");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void responded() {
        responded = true;
    }

    @Override
    public void answered(PurgeAttempt attempt, PurgeOutcome.Final outcome) {
        attempt.answered(outcome);
        answered.add(attempt);
    }

    @Override
    public void failed(PurgeAttempt attempt, String cause) {
        causes.add(cause);
        failed.add(attempt);
    }

    @Override
    public void undelivered(PurgeAttempt attempt) {
        undelivered.add(attempt);
    }
}
