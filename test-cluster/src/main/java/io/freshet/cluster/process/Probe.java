package io.freshet.cluster.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether something answers, and where nothing does yet. */
final class Probe {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(15_000, 30_000));

    private Probe() {}

    static boolean accepts(Address address) {
        String[] to = address.outside().split(":");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(to[0], Integer.parseInt(to[1])), 500);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Whether there is an HTTP server, whatever it says. */
    static boolean answersHttp(Address address) {
        return status(address.fromHere()) > 0;
    }

    /** As an orchestrator asks a service. */
    static boolean isReady(Address management) {
        return status(management.fromHere().resolve("/actuator/health/readiness")) == 200;
    }

    private static int status(URI uri) {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException _) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** A port that nobody listens on, never the same twice; below those that the kernel gives to clients. */
    static int freePort() {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // taken: the next one
            }
        }
    }
}
