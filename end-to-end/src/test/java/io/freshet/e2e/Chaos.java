package io.freshet.e2e;

import static org.awaitility.Awaitility.await;

import io.freshet.e2e.cluster.Service;
import io.freshet.e2e.cluster.TestCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills what Freshet consists of and stands on, and starts it again; in random order, but each before any a second
 * time.
 */
final class Chaos {

    private static final Logger log = LoggerFactory.getLogger(Chaos.class);
    private static final int LONGEST_PAUSE = 4_000; // milliseconds

    private final Random random;
    private final List<Target> victims;
    private final Deque<Target> next = new ArrayDeque<>();

    private record Target(String name, Runnable kill, Runnable start) {}

    Chaos(TestCluster stage, Random random) {
        this.random = random;
        this.victims = Stream.concat(
                        Stream.of(
                                new Target("kafka", stage::killKafka, stage::startKafka),
                                new Target("postgres", stage::killPostgres, stage::startPostgres)),
                        Stream.of(Service.values())
                                .map(service -> new Target(
                                        service.toString(), () -> stage.kill(service), () -> stage.start(service))))
                .toList();
    }

    /** Goes on for this long, and says how many deaths that were. Everything runs when it returns. */
    int rage(Duration duration) {
        Instant end = Instant.now().plus(duration);
        int deaths = 0;
        while (Instant.now().isBefore(end)) {
            Target victim = nextVictim();
            log.info("death {}: {}", ++deaths, victim.name());
            victim.kill().run();
            letPass();
            victim.start().run();
            letPass();
        }
        return deaths;
    }

    private Target nextVictim() {
        if (next.isEmpty()) {
            List<Target> all = new ArrayList<>(victims);
            Collections.shuffle(all, random);
            next.addAll(all);
        }
        return next.pop();
    }

    /** Not to wait for something, but for the load to meet this state. */
    private void letPass() {
        await().pollDelay(Duration.ofMillis(random.nextInt(1, LONGEST_PAUSE))).until(() -> true);
    }
}
