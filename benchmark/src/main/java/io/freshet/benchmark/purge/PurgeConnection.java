package io.freshet.benchmark.purge;

import io.freshet.benchmark.Latencies;
import io.freshet.e2e.stage.Address;
import io.freshet.e2e.stage.Vcl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One kept connection to a Varnish, with one purge at a time and nothing around it. */
final class PurgeConnection implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    PurgeConnection(Address varnish) throws IOException {
        URI address = varnish.fromHere();
        socket = new Socket(address.getHost(), address.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** One purge after the other, each until its answer is there. */
    Latencies measure(int warmUp, int count) throws IOException {
        for (int i = 0; i < warmUp; i++) {
            purge(i);
        }
        Latencies latencies = new Latencies();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            purge(i);
            latencies.add(System.nanoTime() - began);
        }
        return latencies;
    }

    private void purge(int i) throws IOException {
        String request = "PURGE /alone/" + i + ".html HTTP/1.1\r\nHost: site.test\r\nFreshet-Token: " + Vcl.TOKEN
                + "\r\nX-Forwarded-Proto: http\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String status = in.readLine();
        if (status == null || !status.contains(" 404 ")) {
            throw new IOException("expected 404, for there is no such page, but was " + status);
        }
        int length = 0;
        for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        for (int rest = length; rest > 0; rest--) {
            if (in.read() < 0) {
                throw new IOException("the answer ended in the middle");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
