package io.freshet.fleet.watch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Value of a part of the configuration, which changes while the service runs. The values are immutable: read the value
 * once for one piece of work. Thread-safe.
 */
public abstract sealed class CurrentValue<T> implements Supplier<T>
        permits CurrentFleet, CurrentAccounts, CurrentAccessKeys {

    private static final Logger log = LoggerFactory.getLogger(CurrentValue.class);

    private final List<Consumer<T>> listeners = new CopyOnWriteArrayList<>();
    private volatile T value;

    CurrentValue(T initial) {
        this.value = initial;
    }

    /** Returns the value of the configuration that was read last and was valid. */
    @Override
    public T get() {
        return value;
    }

    /** Calls a listener with each later value: one value at a time, in order, on the thread that replaces it. */
    public void onChange(Consumer<T> listener) {
        listeners.add(listener);
    }

    /** Replaces the value and tells the listeners, unless it is equal to the present one. */
    public synchronized void replace(T next) {
        if (next.equals(value)) {
            return;
        }
        value = next;
        listeners.forEach(listener -> tell(listener, next));
    }

    private void tell(Consumer<T> listener, T next) {
        try {
            listener.accept(next);
        } catch (RuntimeException e) {
            log.error("A change of the configuration was not applied everywhere; restart this service", e);
        }
    }
}
