package io.freshet.kafka;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to set instead of showing a stack trace. */
final class ShortOffsetsRetentionFailureAnalyzer extends AbstractFailureAnalyzer<ShortOffsetsRetentionException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ShortOffsetsRetentionException cause) {
        return new FailureAnalysis(
                "Kafka would forget which node has which purges: " + cause.getMessage() + ".",
                "Set %s=129600 (90 days) in every broker's server.properties, restart the brokers and start again."
                        .formatted(OffsetsRetention.SETTING),
                cause);
    }
}
