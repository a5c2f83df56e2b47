package io.freshet.e2e.hostile;

import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Sets of headers far beyond what the gateway accepts, of many short ones and of one long one, and long lines. */
public final class HugeHeaders implements Attack {

    private static final int CLIENTS = 48;
    private static final String MANY = IntStream.range(0, 10_000)
            .mapToObj(i -> "X-" + i + ": " + i + "\r\n")
            .collect(Collectors.joining());
    private static final String LONG = "X-Long: " + "a".repeat(1_000_000) + "\r\n";
    private static final String LINE = "/?" + "a".repeat(1_000_000);

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.any(client / 3), client)) {
                socket.send(
                        switch (client % 4) {
                            case 0 -> Requests.get("/", MANY);
                            case 1 -> Requests.get("/", LONG);
                            case 2 -> Requests.get(LINE, "");
                            default -> Requests.get("/v1/nodes", Requests.AUTHORIZATION) + Requests.get("/", LONG);
                        });
                socket.drain();
            }
        });
    }
}
