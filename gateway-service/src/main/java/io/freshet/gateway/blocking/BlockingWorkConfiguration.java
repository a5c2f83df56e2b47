package io.freshet.gateway.blocking;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One virtual thread for each blocking task. */
@Configuration(proxyBeanMethods = false)
class BlockingWorkConfiguration {

    @Bean(destroyMethod = "close")
    ExecutorService blockingExecutor() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("blocking-", 0).factory());
    }
}
