package io.freshet.fleet.watch;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Watch over the files with the fleet and the accounts. A valid change is applied as a whole; an invalid one is refused
 * as a whole. Polls, since Kubernetes replaces mounted files by links to other folders. See docs/adr/0072.
 */
public final class ConfigurationWatcher implements SmartLifecycle, MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationWatcher.class);

    /** Results of a change. */
    private enum ChangeResult {
        APPLIED,
        REFUSED,
        UNREADABLE
    }

    private final ConfigurableEnvironment environment;
    private final CurrentConfiguration current;
    private final Duration interval;
    private final Map<ChangeResult, AtomicLong> changes = new EnumMap<>(ChangeResult.class);

    /** Files of the configuration that is applied. */
    private Set<Path> files;

    /** Entries of the configuration that is applied. */
    private Map<String, @Nullable Object> entries;

    /** Contents that were read last. */
    private @Nullable FileContents seen;

    /** Contents that were applied or refused last; null before the first, since a file may change during the start. */
    private @Nullable FileContents decided;

    private volatile boolean valid = true;
    private @Nullable Thread thread;

    /** @param environment of this service, from which the current configuration was read */
    public ConfigurationWatcher(
            ConfigurableEnvironment environment, CurrentConfiguration current, WatchProperties properties) {
        this.environment = environment;
        this.current = current;
        this.interval = properties.pollInterval();
        this.files = ConfigurationFiles.files(environment);
        this.entries = ConfigurationFiles.entries(environment);
        for (ChangeResult result : ChangeResult.values()) {
            changes.put(result, new AtomicLong());
        }
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("freshet.configuration.valid", this, watcher -> watcher.valid ? 1 : 0)
                .description("1 if the newest configuration file is in use, 0 if it was refused or cannot be read")
                .register(meters);
        changes.forEach(
                (result, count) -> FunctionCounter.builder("freshet.configuration.changes", count, AtomicLong::get)
                        .tag("result", result.name().toLowerCase(Locale.ROOT))
                        .description("Changes of the configuration file")
                        .register(meters));
    }

    private void run() {
        try {
            while (true) {
                poll();
                Thread.sleep(interval);
            }
        } catch (InterruptedException e) {
            log.debug("the watch over the configuration ends");
        }
    }

    private void poll() {
        FileContents now = FileContents.read(files);
        boolean isSettled = now.equals(seen);
        seen = now;
        if (isSettled && !now.equals(decided)) {
            decide(now);
        }
    }

    private void decide(FileContents contents) {
        if (contents.unreadable() != null) {
            refuse(ChangeResult.UNREADABLE, List.of(contents.unreadable()));
            decided = contents;
            return;
        }
        try {
            ConfigurableEnvironment fresh = ConfigurationFiles.readAgain(environment);
            if (!FileContents.read(files).equals(contents)) {
                return; // changed while it was read
            }
            apply(fresh);
        } catch (RuntimeException e) {
            refuse(ChangeResult.REFUSED, ConfigurationFaults.of(e));
        }
        decided = contents;
    }

    private void apply(ConfigurableEnvironment fresh) {
        Map<String, @Nullable Object> next = ConfigurationFiles.entries(fresh);
        if (!next.equals(entries)) {
            current.replace(fresh);
            entries = next;
            files = ConfigurationFiles.files(fresh);
            count(ChangeResult.APPLIED);
            log.info(
                    "The changed configuration is in use: {} nodes, {} accounts",
                    current.fleet().get().nodes().size(),
                    current.accounts().get().all().size());
        } else if (!valid) {
            log.info("The configuration file is valid again, and as it was before");
        }
        valid = true;
    }

    private void refuse(ChangeResult result, List<String> faults) {
        count(result);
        log.error(
                "The configuration in {} is not used; the previous one stays in use until this is mended:\n  {}",
                files,
                String.join("\n  ", faults));
        valid = false;
    }

    private void count(ChangeResult result) {
        requireNonNull(changes.get(result)).incrementAndGet();
    }

    @Override
    public synchronized void start() {
        thread = Thread.ofVirtual().name("configuration-watch").start(this::run);
    }

    @Override
    public synchronized void stop() {
        if (thread != null) {
            thread.interrupt();
            thread = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }
}
