package io.freshet.gateway.accept;

import com.github.f4b6a3.tsid.TsidFactory;
import io.freshet.contracts.TaskId;
import java.security.SecureRandom;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Generator of task ids: 42 bits of time, 10 of this gateway's number, 12 of a counter. */
@Component
class TaskIdGenerator {

    private static final Logger log = LoggerFactory.getLogger(TaskIdGenerator.class);
    private static final int NODE_BITS = 10;

    private final TsidFactory factory;

    TaskIdGenerator(AcceptProperties properties, Clock clock) {
        int node =
                properties.nodeNumber() == null ? new SecureRandom().nextInt(1 << NODE_BITS) : properties.nodeNumber();
        log.info("task ids are generated with node number {}", node);
        this.factory = TsidFactory.builder()
                .withCustomEpoch(TaskId.EPOCH)
                .withClock(clock)
                .withNodeBits(NODE_BITS)
                .withNode(node)
                .build();
    }

    TaskId next() {
        return new TaskId(factory.create().toLong());
    }
}
