package io.freshet.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Check of the time for which brokers keep offsets of groups without members. A node's cursor is such an offset: if it
 * expired, the node would miss purges, so Freshet refuses brokers that forget too soon.
 */
public final class OffsetsRetention {

    /** The broker's setting, in minutes. */
    public static final String SETTING = "offsets.retention.minutes";

    /** The shortest that is accepted. */
    public static final Duration LEAST = Duration.ofDays(30);

    private static final Logger log = LoggerFactory.getLogger(OffsetsRetention.class);

    private final Supplier<Admin> admins;

    public OffsetsRetention(KafkaClients clients) {
        this(clients::admin);
    }

    OffsetsRetention(Supplier<Admin> admins) {
        this.admins = admins;
    }

    /**
     * Asks all brokers; blocks for at most 10 seconds. Without the right to ask it logs a warning and succeeds.
     *
     * @throws ShortOffsetsRetentionException if a broker forgets sooner than {@link #LEAST}
     * @throws KafkaUnavailableException if the brokers did not answer, so that nothing is known yet
     */
    public void check() {
        try (Admin admin = admins.get()) {
            settings(admin).forEach(OffsetsRetention::check);
        } catch (AuthorizationException e) {
            log.warn(
                    "not allowed to ask the brokers for {}; make sure that it is {} or more: {}",
                    SETTING,
                    LEAST.toMinutes(),
                    e.getMessage());
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("the brokers did not answer when asked for " + SETTING, e);
        }
    }

    private static Map<ConfigResource, Config> settings(Admin admin) {
        try {
            List<ConfigResource> brokers = admin.describeCluster().nodes().get().stream()
                    .map(Node::idString)
                    .map(id -> new ConfigResource(ConfigResource.Type.BROKER, id))
                    .toList();
            return admin.describeConfigs(brokers).all().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static void check(ConfigResource broker, Config settings) {
        ConfigEntry setting = settings.get(SETTING);
        if (setting == null || setting.value() == null) {
            log.warn(
                    "broker {} does not tell its {}; make sure that it is {} or more",
                    broker.name(),
                    SETTING,
                    LEAST.toMinutes());
            return;
        }
        Duration retention = Duration.ofMinutes(Long.parseLong(setting.value()));
        if (retention.compareTo(LEAST) < 0) {
            throw new ShortOffsetsRetentionException(broker.name(), retention);
        }
    }
}
