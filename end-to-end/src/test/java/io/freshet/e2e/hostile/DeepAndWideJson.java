package io.freshet.e2e.hostile;

import java.time.Instant;
import java.util.List;

/** JSON that would be a tree many times its size. */
public final class DeepAndWideJson implements Attack {

    private static final int CLIENTS = 16;

    private static final List<String> BODIES = List.of(
            "[".repeat(700_000),
            "{\"a\":".repeat(200_000),
            "{\"objects\": [" + "{},".repeat(400_000) + "{}]}",
            "{\"objects\": [" + "1,".repeat(600_000) + "1]}",
            "{\"type\": \"" + "\\u0000".repeat(200_000) + "\"}",
            "{\"number\": " + "9".repeat(1_000_000) + "}");

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.main(), client)) {
                for (String body : BODIES) {
                    socket.send(Requests.post(client % 2 == 0 ? "/v1/refreshes" : "/v1/pushes/check", body));
                    int status = socket.nextStatus();
                    if (status != 0 && status < 400) {
                        throw new AssertionError("invalid JSON was answered " + status);
                    }
                }
            }
        });
    }
}
