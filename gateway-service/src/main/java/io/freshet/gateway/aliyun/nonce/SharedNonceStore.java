package io.freshet.gateway.aliyun.nonce;

import io.freshet.contracts.nonce.NonceUse;
import io.freshet.fleet.account.AccessKey;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.client.TaskServiceClient;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A store that all gateways share. The local store is asked first; it alone decides while task-service does not answer.
 */
@Blocking
final class SharedNonceStore implements AliyunNonceStore {

    private static final Logger log = LoggerFactory.getLogger(SharedNonceStore.class);

    private final AliyunNonceStore local;
    private final TaskServiceClient taskService;

    SharedNonceStore(AliyunNonceStore local, TaskServiceClient taskService) {
        this.local = local;
        this.taskService = taskService;
    }

    @Override
    public boolean isKnown(AccessKey key, String nonce) {
        return local.isKnown(key, nonce);
    }

    @Override
    public boolean use(AccessKey key, String nonce, Instant until) {
        return local.use(key, nonce, until)
                && Boolean.TRUE.equals(taskService
                        .useNonce(new NonceUse(NonceHash.of(key.id(), nonce), until))
                        .onErrorResume(SharedNonceStore::acceptLocalResult)
                        .block());
    }

    private static Mono<Boolean> acceptLocalResult(Throwable error) {
        log.warn("task-service did not answer whether another gateway has seen a nonce: {}", error.toString());
        return Mono.just(true);
    }
}
