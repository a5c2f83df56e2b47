package io.freshet.e2e.hostile;

import java.time.Instant;

/** Large bodies of which a part arrives at once and the rest byte by byte. */
public final class SlowBodies implements Attack {

    private static final int CLIENTS = 300;
    private static final int ANNOUNCED = 1_500_000;
    private static final String BEGIN = " ".repeat(500_000);

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.anyOfClients(client), client)) {
                socket.send(Requests.postHead("/v1/refreshes", ANNOUNCED) + BEGIN);
                SlowHeaders.sendSlowly(sockets, socket);
            }
        });
    }
}
