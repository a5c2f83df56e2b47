package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

@ExtendWith(OutputCaptureExtension.class)
class OffsetsRetentionTest {

    @Test
    void brokers_that_forget_positions_before_30_days_are_refused_with_what_to_set() {
        EmbeddedKafkaKraftBroker broker = broker("43199");
        try {
            OffsetsRetention retention = new OffsetsRetention(clients(broker.getBrokersAsString()));
            assertThatThrownBy(retention::check)
                    .isInstanceOf(ShortOffsetsRetentionException.class)
                    .hasMessage("broker 0 forgets the positions of groups after 43199 minutes"
                            + " (offsets.retention.minutes=43199); nodes' cursors need at least 43200")
                    .satisfies(failure -> assertThat(advice(failure)).contains("offsets.retention.minutes=129600"));
        } finally {
            broker.destroy();
        }
    }

    @Test
    void thirty_days_are_enough() {
        EmbeddedKafkaKraftBroker broker = broker("43200");
        try {
            OffsetsRetention retention = new OffsetsRetention(clients(broker.getBrokersAsString()));
            assertThatCode(retention::check).doesNotThrowAnyException();
        } finally {
            broker.destroy();
        }
    }

    @Test
    void a_broker_that_does_not_answer_is_told_apart_from_one_that_forgets() {
        // Port 1 answers to nobody.
        OffsetsRetention retention = new OffsetsRetention(clients("127.0.0.1:1"));
        assertThatThrownBy(retention::check).isInstanceOf(KafkaUnavailableException.class);
    }

    @Test
    void missing_right_to_ask_causes_a_warning_only(CapturedOutput output) {
        Admin forbidding = (Admin)
                Proxy.newProxyInstance(Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (_, method, _) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    throw new ClusterAuthorizationException("not for you");
                });
        new OffsetsRetention(() -> forbidding).check();
        assertThat(output).contains("not allowed to ask the brokers for offsets.retention.minutes", "not for you");
    }

    private static String advice(Throwable failure) {
        FailureAnalysis analysis = new ShortOffsetsRetentionFailureAnalyzer().analyze(failure);
        return Objects.requireNonNull(Objects.requireNonNull(analysis).getAction());
    }

    private static EmbeddedKafkaKraftBroker broker(String minutes) {
        EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
        broker.brokerProperty("offsets.retention.minutes", minutes);
        broker.afterPropertiesSet();
        return broker;
    }

    private static KafkaClients clients(String brokers) {
        KafkaProperties properties = new KafkaProperties();
        properties.setBootstrapServers(List.of(brokers));
        return new KafkaClients(properties);
    }
}
