package io.freshet.gateway.accept;

import com.github.f4b6a3.tsid.TsidFactory;
import io.freshet.contracts.TaskId;
import io.freshet.gateway.GatewayProperties;
import java.security.SecureRandom;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Draws task ids: 42 bits of time, 10 of this gateway's number, 12 of a counter. */
@Component
class TaskIds {

    private static final Logger log = LoggerFactory.getLogger(TaskIds.class);
    /** What {@link TaskId#madeAt()} counts from. */
    private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");

    private static final int NODE_BITS = 10;

    private final TsidFactory factory;

    TaskIds(GatewayProperties properties) {
        int node =
                properties.nodeNumber() == null ? new SecureRandom().nextInt(1 << NODE_BITS) : properties.nodeNumber();
        log.info("task ids are drawn under the node number {}", node);
        this.factory = TsidFactory.builder()
                .withCustomEpoch(EPOCH)
                .withNodeBits(NODE_BITS)
                .withNode(node)
                .build();
    }

    TaskId next() {
        return new TaskId(factory.create().toLong());
    }
}
