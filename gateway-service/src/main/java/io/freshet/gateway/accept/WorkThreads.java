package io.freshet.gateway.accept;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where requests may block: a virtual thread each, so that the event loops never do. */
@Configuration(proxyBeanMethods = false)
class WorkThreads {

    @Bean(destroyMethod = "close")
    ExecutorService workExecutor() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("work-", 0).factory());
    }
}
