package io.freshet.gateway.accept;

import io.freshet.gateway.client.TaskServiceClient;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lease of this gateway's number from task-service, renewed every few seconds. Without task-service the gateway keeps
 * the number that it has.
 */
@Component
class GatewayNumberLease implements ApplicationRunner, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GatewayNumberLease.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final UUID gateway = UUID.randomUUID();
    private final TaskServiceClient taskService;
    private final TaskIdGenerator ids;
    private @Nullable Disposable renewals;

    GatewayNumberLease(TaskServiceClient taskService, TaskIdGenerator ids) {
        this.taskService = taskService;
        this.ids = ids;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        renewals = Flux.interval(Duration.ZERO, INTERVAL)
                .onBackpressureDrop()
                .concatMap(_ -> renew())
                .subscribe(ids::use);
    }

    private Mono<Integer> renew() {
        return taskService.gatewayNumber(gateway).onErrorResume(error -> {
            log.debug("task-service gave no number: {}", error.toString());
            return Mono.empty();
        });
    }

    @Override
    public void close() {
        if (renewals != null) {
            renewals.dispose();
        }
    }
}
