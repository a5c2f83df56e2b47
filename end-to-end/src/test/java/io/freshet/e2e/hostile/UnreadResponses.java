package io.freshet.e2e.hostile;

import java.time.Instant;

/** Requests with large responses, pipelined on connections from which nothing is read. */
public final class UnreadResponses implements Attack {

    private static final int CLIENTS = 100;
    private static final String CHECK = Requests.post("/v1/refreshes/check", Requests.urls(1_000, 700));

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.main(), client)) {
                while (!sockets.isClosed()) {
                    socket.send(CHECK);
                }
            }
        });
    }
}
