package io.freshet.gateway.aliyun.nonce;

import io.freshet.contracts.nonce.NonceUse;
import io.freshet.gateway.client.TaskServiceClient;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What all gateways remember together. This gateway's own memory goes first: it costs nothing, and it still decides while task-service is away.
 */
final class SharedNonces implements Nonces {

    private static final Logger log = LoggerFactory.getLogger(SharedNonces.class);

    private final Nonces own;
    private final TaskServiceClient taskService;

    SharedNonces(Nonces own, TaskServiceClient taskService) {
        this.own = own;
        this.taskService = taskService;
    }

    @Override
    public boolean use(String accessKeyId, String nonce, Instant until) {
        return own.use(accessKeyId, nonce, until)
                && Boolean.TRUE.equals(taskService
                        .useNonce(new NonceUse(NonceHash.of(accessKeyId, nonce), until))
                        .onErrorResume(SharedNonces::isNewHere)
                        .block());
    }

    private static Mono<Boolean> isNewHere(Throwable error) {
        log.warn("task-service cannot be asked whether a nonce has been used at another gateway: {}", error.toString());
        return Mono.just(true);
    }
}
