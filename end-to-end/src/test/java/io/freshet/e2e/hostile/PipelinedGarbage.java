package io.freshet.e2e.hostile;

import java.time.Instant;

/** Valid requests, pipelined, with garbage behind them. */
public final class PipelinedGarbage implements Attack {

    private static final int CLIENTS = 48;
    private static final String VALID =
            Requests.get("/v1/nodes", Requests.AUTHORIZATION).repeat(50);
    private static final String GARBAGE = "\u0000\u0001\u00ff GET\r\n : \r\n\r\n".repeat(1_000);

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.any(client / 3), client)) {
                socket.send(VALID + GARBAGE);
                socket.send(GARBAGE);
                socket.drain();
            }
        });
    }
}
