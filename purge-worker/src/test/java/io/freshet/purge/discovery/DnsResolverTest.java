package io.freshet.purge.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.fleet.node.Discovery;
import io.freshet.fleet.node.Discovery.RecordType;
import io.freshet.fleet.node.Driver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Answers of a DNS server as addresses of nodes. */
class DnsResolverTest {

    private static final List<Record> ZONE = List.of(
            record("l1.example.", Type.A, "10.0.0.2"),
            record("l1.example.", Type.A, "10.0.0.1"),
            record("l1.example.", Type.AAAA, "2001:db8::1"),
            record("alias.example.", Type.CNAME, "l1.example."),
            record("_http._tcp.l2.example.", Type.SRV, "0 0 6081 b.l2.example."),
            record("_http._tcp.l2.example.", Type.SRV, "0 0 6082 a.l2.example."),
            record("a.l2.example.", Type.A, "10.0.1.1"),
            record("b.l2.example.", Type.A, "10.0.1.2"));

    private static Record record(String name, int type, String data) {
        try {
            return Record.fromString(Name.fromString(name), type, DClass.IN, 60, data, Name.root);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Resolver that answers from the zone instead of the network. */
    private static final class ZoneResolver extends SimpleResolver {

        private final int failing;

        /** @param failing type of the records for which the server fails; 0 for none */
        private ZoneResolver(int failing) {
            super(new InetSocketAddress("127.0.0.1", 9));
            this.failing = failing;
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            Message answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            Record question = query.getQuestion();
            answer.addRecord(question, Section.QUESTION);
            if (question.getType() == failing) {
                answer.getHeader().setRcode(Rcode.SERVFAIL);
                return CompletableFuture.completedFuture(answer);
            }
            boolean known = false;
            for (Record record : ZONE) {
                if (record.getName().equals(question.getName())) {
                    known = true;
                    if (record.getType() == question.getType() || record.getType() == Type.CNAME) {
                        answer.addRecord(record, Section.ANSWER);
                    }
                }
            }
            answer.getHeader().setRcode(known ? Rcode.NOERROR : Rcode.NXDOMAIN);
            return CompletableFuture.completedFuture(answer);
        }
    }

    private static NamedAddresses resolve(String name, RecordType type, int failing) {
        Discovery discovery = new Discovery(
                name,
                type,
                80,
                new Driver.Varnish("varnish", "s3cret"),
                "",
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                "");
        return new DnsResolver(discovery, new ZoneResolver(failing)).resolve();
    }

    private static List<URI> uris(String... addresses) {
        return List.of(addresses).stream().map(URI::create).toList();
    }

    @Test
    void addresses_of_both_families_are_named_with_the_port_of_the_configuration() {
        List<URI> all = uris("http://10.0.0.1:80", "http://10.0.0.2:80", "http://[2001:db8:0:0:0:0:0:1]:80");
        assertThat(resolve("l1.example", RecordType.ADDRESS, 0)).isEqualTo(new NamedAddresses(all, null));
        assertThat(resolve("alias.example", RecordType.ADDRESS, 0).addresses()).isEqualTo(all);
    }

    @Test
    void srv_records_name_addresses_with_their_own_ports() {
        assertThat(resolve("_http._tcp.l2.example", RecordType.SRV, 0))
                .isEqualTo(new NamedAddresses(uris("http://10.0.1.2:6081", "http://10.0.1.1:6082"), null));
    }

    @Test
    void name_that_does_not_exist_has_no_addresses_and_that_is_complete() {
        assertThat(resolve("gone.example", RecordType.ADDRESS, 0)).isEqualTo(new NamedAddresses(List.of(), null));
        assertThat(resolve("gone.example", RecordType.SRV, 0)).isEqualTo(new NamedAddresses(List.of(), null));
    }

    @Test
    void server_that_fails_for_one_type_leaves_the_answer_incomplete() {
        NamedAddresses named = resolve("l1.example", RecordType.ADDRESS, Type.AAAA);
        assertThat(named.isComplete()).isFalse();
        assertThat(named.failure()).startsWith("l1.example. AAAA: ");
        assertThat(named.addresses()).isEqualTo(uris("http://10.0.0.1:80", "http://10.0.0.2:80"));
    }
}
