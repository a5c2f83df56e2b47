package io.freshet.e2e.hostile;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Slow loris: headers byte by byte on as many connections as the gateway allows. */
public final class SlowHeaders implements Attack {

    private static final int CLIENTS = 600;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.anyOfClients(client), client)) {
                socket.send("GET /v1/tasks HTTP/1.1\r\nX-Slow: ");
                sendSlowly(sockets, socket);
            }
        });
    }

    /** Sends bytes until the connection is closed. */
    static void sendSlowly(Sockets sockets, RawSocket socket) throws IOException {
        while (!sockets.isClosed()) {
            socket.send("a");
            Attackers.pause(PAUSE_NANOS);
        }
    }
}
