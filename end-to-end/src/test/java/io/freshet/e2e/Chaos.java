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

/** Injects faults in rounds: each fault once per round, in random order, and one at a time. */
final class Chaos {

    private static final Logger log = LoggerFactory.getLogger(Chaos.class);

    private final List<Fault> faults;
    private final Random random;
    private final Duration longestPause;

    /** Fault of a part of the cluster, with its begin and its end. */
    record Fault(String target, String kind, Runnable begin, Runnable end) {

        @Override
        public String toString() {
            return target + ' ' + kind;
        }
    }

    /** @param longestPause between begin and end of a fault, and before the next; more than a millisecond */
    Chaos(List<Fault> faults, Random random, Duration longestPause) {
        this.faults = List.copyOf(faults);
        this.random = random;
        this.longestPause = longestPause;
    }

    /** Returns the deaths of the broker, the database and each service. */
    static List<Fault> deathsIn(TestCluster cluster) {
        return Stream.concat(
                        Stream.of(
                                death("kafka", cluster::killKafka, cluster::startKafka),
                                death("postgres", cluster::killPostgres, cluster::startPostgres)),
                        Stream.of(Service.values())
                                .map(service -> death(
                                        service.toString(), () -> cluster.kill(service), () -> cluster.start(service))))
                .toList();
    }

    private static Fault death(String target, Runnable kill, Runnable start) {
        return new Fault(target, "killed", kill, start);
    }

    /**
     * Injects faults until the time has passed, and each at least once. All have ended when it returns.
     *
     * @return the faults in order
     */
    List<Fault> run(Duration duration) {
        Instant end = Instant.now().plus(duration);
        List<Fault> injected = new ArrayList<>();
        while (injected.isEmpty() || Instant.now().isBefore(end)) {
            List<Fault> round = new ArrayList<>(faults);
            Collections.shuffle(round, random);
            for (Fault fault : round) {
                if (injected.size() >= faults.size() && !Instant.now().isBefore(end)) {
                    break;
                }
                injected.add(fault);
                log.info("fault {}: {}", injected.size(), fault);
                fault.begin().run();
                pause();
                fault.end().run();
                pause();
            }
        }
        return injected;
    }

    /** Lets the load meet this state. */
    private void pause() {
        await().pollDelay(Duration.ofMillis(random.nextLong(1, longestPause.toMillis())))
                .until(() -> true);
    }
}
