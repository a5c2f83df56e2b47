package io.freshet.e2e.hostile;

import java.time.Instant;

/** 1,000 event streams of one account that nobody reads. */
public final class EventStreams implements Attack {

    private static final int CLIENTS = 1_000;

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.main(), client)) {
                socket.send(Requests.get("/v1/tasks/events", Requests.AUTHORIZATION + "Accept: text/event-stream\r\n"));
                socket.drain();
            }
        });
    }
}
