package io.freshet.e2e.hostile;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** 3,000 refreshes a second of an account without quota, none of which is accepted. */
public final class FloodWithoutQuota implements Attack {

    private static final int CLIENTS = 60;
    private static final int REQUESTS_PER_SECOND = 3_000;

    /** Sent at once, so that the flood takes little of the processor time that the gateway needs. */
    private static final int BATCH = 10;

    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(CLIENTS * BATCH) / REQUESTS_PER_SECOND;
    private static final String REFRESHES =
            Requests.post("/v1/refreshes", Requests.urls(1, 10)).repeat(BATCH);

    private final AtomicLong refused = new AtomicLong();

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.main(), client)) {
                send(sockets, socket);
            }
        });
    }

    private void send(Sockets sockets, RawSocket socket) throws IOException {
        long next = System.nanoTime();
        while (!sockets.isClosed()) {
            socket.send(REFRESHES);
            for (int i = 0; i < BATCH; i++) {
                int status = socket.nextStatus();
                if (status == 0) {
                    return;
                }
                if (status < 400) {
                    throw new AssertionError("a refresh of an account without quota was answered " + status);
                }
                refused.incrementAndGet();
            }
            next += PERIOD_NANOS;
            Attackers.pause(Math.max(0, next - System.nanoTime()));
        }
    }

    /** Returns the number of refused refreshes. */
    public long refused() {
        return refused.get();
    }
}
