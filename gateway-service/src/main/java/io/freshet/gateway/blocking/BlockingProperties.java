package io.freshet.gateway.blocking;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of blocking work.
 *
 * @param maxBufferedBytes Bodies buffered at once, in bytes; beyond it requests get 503. Each costs about five times
 *     its size in heap. At least spring.http.codecs.max-in-memory-size and 4 KB.
 * @param bodyTimeout Time in which a body must have arrived; later requests get 408. A positive duration.
 */
@ConfigurationProperties("freshet.gateway.blocking")
record BlockingProperties(
        @DefaultValue("24MB") DataSize maxBufferedBytes,
        @DefaultValue("10s") Duration bodyTimeout) {}
