package io.freshet.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/**
 * Takes a client's first request as it is on the wire, and refuses it. What it has seen it can send elsewhere, as often
 * as it likes.
 */
final class RequestCapture implements AutoCloseable {

    private static final String END = "0\r\n\r\n";
    private static final String REFUSAL =
            "{\"Code\":\"Seen\",\"Message\":\"seen\",\"RequestId\":\"x\",\"HostId\":\"x\"}";

    private final ServerSocket server;
    private final CompletableFuture<byte[]> seen;

    RequestCapture() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        seen = CompletableFuture.supplyAsync(this::listen);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** With its body, which the SDK sends empty and in chunks. */
    byte[] seen() {
        return seen.join();
    }

    private byte[] listen() {
        try (Socket client = server.accept()) {
            byte[] request = read(client.getInputStream(), END);
            client.getOutputStream().write(answer().getBytes(ISO_8859_1));
            return request;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String answer() {
        return "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                + REFUSAL.length() + "\r\n\r\n" + REFUSAL;
    }

    /** The answer to these bytes, up to the end of its JSON. */
    static String send(byte[] request, String address) throws IOException {
        int colon = address.indexOf(':');
        try (Socket server = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            server.setSoTimeout(30_000);
            server.getOutputStream().write(request);
            return new String(read(server.getInputStream(), "}"), ISO_8859_1);
        }
    }

    private static byte[] read(InputStream from, String end) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (int next = from.read(); next >= 0; next = from.read()) {
            read.write(next);
            if (read.toString(ISO_8859_1).endsWith(end)) {
                break;
            }
        }
        return read.toByteArray();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
