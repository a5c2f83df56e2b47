package io.freshet.e2e;

import static org.awaitility.Awaitility.await;

import io.freshet.cluster.TestCluster;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills and restarts targets in rounds: each target once per round, in random order. */
final class Chaos {

    private static final Logger log = LoggerFactory.getLogger(Chaos.class);

    private final List<Target> targets;
    private final Random random;
    private final Duration longestPause;

    /** Process, or all processes of a service, that can be killed and started. */
    record Target(String name, Runnable kill, Runnable start) {}

    /** @param longestPause between a kill and a start, and between a start and a kill; more than a millisecond */
    Chaos(List<Target> targets, Random random, Duration longestPause) {
        this.targets = List.copyOf(targets);
        this.random = random;
        this.longestPause = longestPause;
    }

    /** Returns the broker, the database and each service as targets. */
    static List<Target> targetsOf(TestCluster cluster) {
        return Stream.concat(
                        Stream.of(
                                new Target("kafka", cluster::killKafka, cluster::startKafka),
                                new Target("postgres", cluster::killPostgres, cluster::startPostgres)),
                        Stream.of(Service.values())
                                .map(service -> new Target(
                                        service.toString(), () -> cluster.kill(service), () -> cluster.start(service))))
                .toList();
    }

    /**
     * Kills targets until the time has passed, and each at least once. All targets run when it returns.
     *
     * @return the names of the killed targets, in order
     */
    List<String> run(Duration duration) {
        Instant end = Instant.now().plus(duration);
        List<String> killed = new ArrayList<>();
        while (killed.isEmpty() || Instant.now().isBefore(end)) {
            List<Target> round = new ArrayList<>(targets);
            Collections.shuffle(round, random);
            for (Target target : round) {
                if (killed.size() >= targets.size() && !Instant.now().isBefore(end)) {
                    break;
                }
                killed.add(target.name());
                log.info("kill {}: {}", killed.size(), target.name());
                target.kill().run();
                pause();
                target.start().run();
                pause();
            }
        }
        return killed;
    }

    /** Lets the load meet this state. */
    private void pause() {
        await().pollDelay(Duration.ofMillis(random.nextLong(1, longestPause.toMillis())))
                .until(() -> true);
    }
}
