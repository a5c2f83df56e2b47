package io.freshet.kafka;

import java.time.Duration;

/** A broker forgets the positions of groups without members too soon; no worker may rely on it until that is mended. */
public final class ShortOffsetsRetentionException extends RuntimeException {

    ShortOffsetsRetentionException(String broker, Duration retention) {
        super("broker %s forgets the positions of groups after %d minutes (%s=%d); nodes' cursors need at least %d"
                .formatted(
                        broker,
                        retention.toMinutes(),
                        OffsetsRetention.SETTING,
                        retention.toMinutes(),
                        OffsetsRetention.LEAST.toMinutes()));
    }
}
