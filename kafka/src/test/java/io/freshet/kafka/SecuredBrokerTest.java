package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.kafka.test.utils.KafkaTestUtils;

/** All clients of a service on a secured broker, with the environment variables of docs/operations.md. */
class SecuredBrokerTest {

    private static SecuredBroker broker;

    @Configuration
    @EnableAutoConfiguration
    static class Application {
        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        broker = new SecuredBroker(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void clients_reach_a_broker_with_sasl_ssl() throws Exception {
        try (ConfigurableApplicationContext service = service(sasl(SecuredBroker.USER_PASSWORD))) {
            assertWorks(service);
        }
    }

    @Test
    void clients_reach_a_broker_with_a_certificate_of_their_own() throws Exception {
        Map<String, Object> variables = trusting(broker.mutualTlsPort);
        variables.put("SPRING_KAFKA_SECURITY_PROTOCOL", "SSL");
        variables.put("SPRING_KAFKA_SSL_KEY_STORE_LOCATION", "file:" + broker.store("client"));
        variables.put("SPRING_KAFKA_SSL_KEY_STORE_PASSWORD", SecuredBroker.PASSWORD);
        try (ConfigurableApplicationContext service = service(variables)) {
            assertWorks(service);
        }
    }

    @Test
    void wrong_password_is_refused() {
        try (ConfigurableApplicationContext service = service(sasl("wrong"))) {
            MessagePublisher publisher = service.getBean(MessagePublisher.class);
            assertThatThrownBy(() -> publisher.publish(event(1)).get(30, TimeUnit.SECONDS))
                    .hasStackTraceContaining("SaslAuthenticationException");
        }
    }

    /** Topics are created, a message is published and read by a group, and a transaction is committed. */
    private static void assertWorks(ConfigurableApplicationContext service) throws Exception {
        KafkaClients clients = service.getBean(KafkaClients.class);
        service.getBean(MessagePublisher.class).publish(event(1)).get(30, TimeUnit.SECONDS);
        try (Producer<String, byte[]> producer = clients.transactional("secured", Duration.ofSeconds(10))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(Topics.TASK_EVENTS, "key", new byte[] {1}));
            producer.commitTransaction();
        }
        Map<String, Object> settings = clients.consumer("group-" + System.nanoTime());
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of(Topics.TASK_EVENTS));
            assertThat(KafkaTestUtils.getRecords(consumer, Duration.ofSeconds(30), 2)
                            .count())
                    .isGreaterThanOrEqualTo(2);
        }
    }

    private static Map<String, Object> sasl(String password) {
        Map<String, Object> variables = trusting(broker.saslPort);
        variables.put("SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
        variables.put("SPRING_KAFKA_PROPERTIES_SASL_MECHANISM", "PLAIN");
        variables.put(
                "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(SecuredBroker.USER, password));
        return variables;
    }

    private static Map<String, Object> trusting(int port) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", "localhost:" + port);
        variables.put("SPRING_KAFKA_SSL_TRUST_STORE_LOCATION", "file:" + broker.store("client-trust"));
        variables.put("SPRING_KAFKA_SSL_TRUST_STORE_PASSWORD", SecuredBroker.PASSWORD);
        variables.put("FRESHET_TOPICS_PARTITIONS", "1");
        return variables;
    }

    private static ConfigurableApplicationContext service(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables));
        return new SpringApplicationBuilder(Application.class)
                .environment(environment)
                .web(WebApplicationType.NONE)
                .run();
    }

    private static TaskFailed event(long task) {
        return new TaskFailed(new TaskId(task), "demo", "reason", Instant.EPOCH);
    }
}
