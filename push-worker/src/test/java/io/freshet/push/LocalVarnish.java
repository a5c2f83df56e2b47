package io.freshet.push;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine's own varnishd with Freshet's VCL, in front of an origin on this machine. */
final class LocalVarnish implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin/varnishd"), Path.of("/usr/local/sbin/varnishd"));
    private static final Path VCL =
            Path.of("../deploy/varnish/freshet.vcl").toAbsolutePath().normalize();

    private final Process process;
    private final int port;

    static boolean installed() {
        return PLACES.stream().anyMatch(Files::isExecutable);
    }

    LocalVarnish(int port, int originPort, Path folder) throws IOException {
        this.port = port;
        Path vcl = Files.writeString(folder.resolve("test.vcl"), """
                vcl 4.1;
                backend default { .host = "127.0.0.1"; .port = "%d"; }
                include "%s";
                """.formatted(originPort, VCL));
        Path varnishd = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        ProcessBuilder builder = new ProcessBuilder(
                varnishd.toString(),
                "-F",
                // Without this it becomes a user who may not read the test's folder.
                "-j",
                "none",
                "-a",
                "127.0.0.1:" + port,
                "-f",
                vcl.toString(),
                "-n",
                folder.resolve("varnish").toString(),
                "-s",
                "malloc,32m");
        builder.environment().put("FRESHET_VARNISH_TOKEN", "t");
        process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("varnish.log").toFile())
                .start();
        await().until(this::listens);
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("varnishd has ended: " + process.exitValue());
        }
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the response to a client. */
    String get(String host, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
