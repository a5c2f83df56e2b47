package io.freshet.benchmark.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stand-in for a cache far away or overloaded. It serves the requests of a connection one after the other and takes
 * the same time for each, in which it does nothing.
 */
final class SlowCacheServer {

    private final String id;
    private final long millis;
    private final AtomicLong answered = new AtomicLong();

    private SlowCacheServer(String id, long millis) {
        this.id = id;
        this.millis = millis;
    }

    /** Port on loopback, id, milliseconds. */
    public static void main(String[] arguments) throws IOException {
        SlowCacheServer node = new SlowCacheServer(arguments[1], Long.parseLong(arguments[2]));
        try (ServerSocket server =
                new ServerSocket(Integer.parseInt(arguments[0]), 1_024, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> node.serve(connection));
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = connection.getOutputStream();
            for (String request = in.readLine(); request != null; request = in.readLine()) {
                skipHeaders(in);
                out.write(answer(request));
            }
        } catch (IOException _) {
            // the client has gone
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] answer(String request) throws InterruptedException {
        String body = Long.toString(answered.get());
        if (request.startsWith("PURGE")) {
            TimeUnit.MILLISECONDS.sleep(millis);
            answered.incrementAndGet();
        }
        return "HTTP/1.1 200 OK\r\nFreshet-Node: %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(id, body.length(), body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void skipHeaders(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            // nothing in them matters
        }
    }
}
