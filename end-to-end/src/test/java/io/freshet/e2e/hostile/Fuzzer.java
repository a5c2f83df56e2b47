package io.freshet.e2e.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Requests of all three ports with random changes. None of them is answered with an internal error. */
public final class Fuzzer implements Attack {

    private static final int CLIENTS = 24;
    private static final int MAX_CHANGES = 8;

    private static final List<String> REQUESTS = List.of(
            Requests.post("/v1/refreshes", Requests.urls(3, 10)),
            Requests.post("/v1/pushes/check", "{\"tier\": \"l2\", \"objects\": [\"http://hostile.test/a\"]}"),
            Requests.get(
                    "/v1/tasks?limit=10&status=complete&object=http%3A%2F%2Fhostile.test%2F", Requests.AUTHORIZATION),
            Requests.get("/v1/tasks/0123456789abcdef/objects?pageToken=abc", Requests.AUTHORIZATION),
            Requests.get("/v1/quotas", Requests.AUTHORIZATION),
            "POST /v1/refreshes HTTP/1.1\r\nHost: x\r\n" + Requests.AUTHORIZATION
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "GET /?Action=DescribeRefreshTasks&Version=2018-05-10&AccessKeyId=e2e-main-key&Signature=abc"
                    + "&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=1"
                    + "&Timestamp=2026-11-22T00%3A00%3A00Z HTTP/1.1\r\nHost: x\r\n\r\n",
            Requests.get("/actuator/health/readiness", ""),
            Requests.get("/nodes/l1-a/in-sync", ""));

    private final long seed;
    private long rounds;

    /** @param seed of all changes */
    public Fuzzer(long seed) {
        this.seed = seed;
    }

    @Override
    public void run(Gateway gateway, Instant end) {
        Random seeds = new Random(seed + rounds++);
        List<Random> randoms = seeds.longs(CLIENTS).mapToObj(Random::new).toList();
        Attackers.run(CLIENTS, end, (sockets, client) -> attempt(gateway, sockets, client, randoms.get(client)));
    }

    private static void attempt(Gateway gateway, Sockets sockets, int client, Random random) throws IOException {
        byte[] request = changed(REQUESTS.get(random.nextInt(REQUESTS.size())).getBytes(ISO_8859_1), random);
        try (RawSocket socket = sockets.connect(gateway.any(random.nextInt(3)), client)) {
            socket.send(request);
            socket.shutdownOutput();
            for (int status = socket.nextStatus(); status != 0; status = socket.nextStatus()) {
                if (status == 500) {
                    throw new AssertionError("500 for " + new String(request, ISO_8859_1));
                }
            }
        }
    }

    private static byte[] changed(byte[] request, Random random) {
        byte[] changed = request;
        for (int i = random.nextInt(MAX_CHANGES); i >= 0; i--) {
            changed = changedOnce(changed, random);
        }
        return changed;
    }

    private static byte[] changedOnce(byte[] request, Random random) {
        if (request.length < 2) {
            return request;
        }
        int from = random.nextInt(request.length);
        int to = Math.min(request.length, from + 1 + random.nextInt(16));
        return switch (random.nextInt(4)) {
            case 0 -> spliced(request, from, to, new byte[0]);
            case 1 -> spliced(request, from, from, Arrays.copyOfRange(request, from, to));
            case 2 -> {
                byte[] noise = new byte[to - from];
                random.nextBytes(noise);
                yield spliced(request, from, to, noise);
            }
            default -> {
                byte[] flipped = request.clone();
                flipped[from] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
        };
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(bytes, 0, from);
        all.writeBytes(between);
        all.write(bytes, to, bytes.length - to);
        return all.toByteArray();
    }
}
