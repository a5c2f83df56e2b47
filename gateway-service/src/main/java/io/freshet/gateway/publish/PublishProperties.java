package io.freshet.gateway.publish;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of publishing.
 *
 * @param publishTimeout Time to wait for Kafka's acknowledgement before the answer is 503. A positive duration, greater
 *     than the producer's max.block.ms. With task-service.admission-timeout it bounds the time that a client waits.
 */
@ConfigurationProperties("freshet.gateway")
record PublishProperties(@DefaultValue("4s") Duration publishTimeout) {}
