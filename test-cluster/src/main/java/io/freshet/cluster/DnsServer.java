package io.freshet.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A DNS server with the SRV records of one name, whose targets have A records. */
public final class DnsServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DnsServer.class);
    private static final int MAX_QUERY = 512;

    private final Name service;
    private final Map<Name, URI> targets = new ConcurrentHashMap<>();
    private final DatagramSocket socket;
    private volatile boolean failing;

    /**
     * Starts a server at a free port.
     *
     * @param service name of the SRV records
     */
    public DnsServer(String service) {
        try {
            this.service = Name.fromString(service, Name.root);
            this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("dns-server").start(this::serve);
    }

    /** Returns the server as {@code host:port}. */
    public String address() {
        return socket.getLocalAddress().getHostAddress() + ':' + socket.getLocalPort();
    }

    /** Names a node. */
    public void add(String node, URI address) {
        targets.put(target(node), address);
    }

    /** Names a node no more. */
    public void remove(String node) {
        targets.remove(target(node));
    }

    /** Lets the server fail for all queries, or not. */
    public void fail(boolean fails) {
        failing = fails;
    }

    private Name target(String node) {
        try {
            return Name.fromString(node, service);
        } catch (TextParseException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        byte[] buffer = new byte[MAX_QUERY];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                byte[] answer = answer(query).toWire();
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (SocketException e) {
                log.debug("the DNS server ends");
            } catch (IOException e) {
                log.warn("a query was not answered", e);
            }
        }
    }

    private Message answer(Message query) {
        Record question = query.getQuestion();
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(question, Section.QUESTION);
        if (failing) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
        } else if (question.getName().equals(service)) {
            targets.forEach((target, address) -> answer.addRecord(
                    new SRVRecord(service, DClass.IN, 0, 0, 0, address.getPort(), target), Section.ANSWER));
        } else if (targets.containsKey(question.getName())) {
            if (question.getType() == Type.A) {
                answer.addRecord(
                        new ARecord(question.getName(), DClass.IN, 0, InetAddress.getLoopbackAddress()),
                        Section.ANSWER);
            }
        } else {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        return answer;
    }

    @Override
    public void close() {
        socket.close();
    }
}
