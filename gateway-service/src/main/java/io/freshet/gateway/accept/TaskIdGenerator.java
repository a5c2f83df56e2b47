package io.freshet.gateway.accept;

import com.github.f4b6a3.tsid.TsidFactory;
import io.freshet.contracts.TaskId;
import java.security.SecureRandom;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Generator of task ids: 42 bits of time, 10 of this gateway's number, 12 of a counter. The upper half of the numbers
 * belongs to children of manifests (see {@link io.freshet.contracts.message.ChildTaskId}).
 */
@Component
public class TaskIdGenerator {

    private static final Logger log = LoggerFactory.getLogger(TaskIdGenerator.class);
    private static final int NUMBER_BITS = 10;
    private static final int NUMBERS = 512;

    /** Ids drawn with one number. */
    private record NumberedIds(int number, TsidFactory factory) {}

    private final Clock clock;
    private volatile NumberedIds ids;

    /** Starts with a random number, since requests are accepted without task-service as well. */
    TaskIdGenerator(Clock clock) {
        this.clock = clock;
        this.ids = numbered(new SecureRandom().nextInt(NUMBERS));
    }

    /** Sets the number of this gateway, which no other has, 0 to 511. */
    void use(int number) {
        if (number != ids.number()) {
            ids = numbered(number);
            log.info("task ids are drawn with the number {}", number);
        }
    }

    public TaskId next() {
        return new TaskId(ids.factory().create().toLong());
    }

    private NumberedIds numbered(int number) {
        return new NumberedIds(
                number,
                TsidFactory.builder()
                        .withCustomEpoch(TaskId.EPOCH)
                        .withClock(clock)
                        .withNodeBits(NUMBER_BITS)
                        .withNode(number)
                        .build());
    }
}
