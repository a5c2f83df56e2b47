package io.freshet.gateway.memory;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.http.codec.autoconfigure.HttpCodecsProperties;
import org.springframework.util.unit.DataSize;

/** Small budgets for tests. */
public final class TestMemory {

    private TestMemory() {}

    public static MemoryBudget of(String total, String share, int requests, MeterRegistry meters) {
        return new MemoryBudget(
                new MemoryProperties(DataSize.parse(total), DataSize.parse(share), requests),
                new HttpCodecsProperties(),
                meters);
    }
}
