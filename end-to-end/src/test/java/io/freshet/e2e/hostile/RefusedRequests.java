package io.freshet.e2e.hostile;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A flood of requests that are refused, as fast as the gateway answers. */
public final class RefusedRequests implements Attack {

    private static final int CLIENTS = 32;

    private static final List<String> REQUESTS = List.of(
            Requests.get("/v1/tasks", ""),
            Requests.get("/v1/tasks", "Authorization: Bearer unknown\r\n"),
            Requests.get("/v1/unknown", Requests.AUTHORIZATION),
            Requests.get("/v1/tasks?limit=none", Requests.AUTHORIZATION),
            Requests.post("/v1/refreshes", "{}"),
            Requests.post("/v1/nodes/l1-a/flush", "{}"),
            Requests.post("/v1/refreshes", Requests.urls(1_001, 10)),
            Requests.get("/?Action=RefreshObjectCaches&AccessKeyId=unknown&Signature=a", ""));

    @Override
    public void run(Gateway gateway, Instant end) {
        Attackers.run(CLIENTS, end, (sockets, client) -> {
            try (RawSocket socket = sockets.connect(gateway.anyOfClients(client / 2), client)) {
                for (String request : REQUESTS) {
                    socket.send(request);
                    requireRefusal(socket.nextStatus(), request);
                }
            }
        });
    }

    private static void requireRefusal(int status, String request) throws IOException {
        if (status == 0) {
            throw new IOException("closed");
        }
        if (status < 400) {
            throw new AssertionError(request.lines().findFirst() + " was answered " + status);
        }
    }
}
