package io.freshet.purge.discovery;

import io.freshet.fleet.node.Discovery;
import io.freshet.fleet.node.Discovery.RecordType;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/** Resolver of the records of one tier. It caches nothing, and asks by TCP if an answer is truncated. */
final class DnsResolver {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int DNS_PORT = 53;

    private final Discovery discovery;
    private final LookupSession session;

    DnsResolver(Discovery discovery) {
        this(discovery, resolver(discovery.server()));
    }

    DnsResolver(Discovery discovery, Resolver resolver) {
        this.discovery = discovery;
        resolver.setTimeout(TIMEOUT);
        this.session = LookupSession.builder().resolver(resolver).build();
    }

    private static Resolver resolver(String server) {
        if (server.isEmpty()) {
            return new ExtendedResolver();
        }
        URI address = URI.create("dns://" + server);
        String host = address.getHost().replaceAll("[\\[\\]]", "");
        return new SimpleResolver(new InetSocketAddress(host, address.getPort() < 0 ? DNS_PORT : address.getPort()));
    }

    /** Asks the DNS server. A name that does not exist has no addresses; a server that fails is a failure. */
    NamedAddresses resolve() {
        Answers answers = new Answers();
        if (discovery.type() == RecordType.SRV) {
            for (Record each : answers.of(name(discovery.dns()), Type.SRV)) {
                SRVRecord record = (SRVRecord) each;
                answers.addAddresses(record.getTarget(), record.getPort());
            }
        } else {
            answers.addAddresses(name(discovery.dns()), discovery.port());
        }
        return new NamedAddresses(List.copyOf(answers.addresses), answers.failure);
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new UncheckedIOException(e); // checked with the configuration
        }
    }

    /** What the queries of one round have answered. */
    private final class Answers {

        private final Set<URI> addresses = new LinkedHashSet<>();
        private @Nullable String failure;

        private void addAddresses(Name name, int port) {
            of(name, Type.A).forEach(each -> add(((ARecord) each).getAddress().getHostAddress(), port));
            of(name, Type.AAAA)
                    .forEach(each -> add('[' + ((AAAARecord) each).getAddress().getHostAddress() + ']', port));
        }

        private void add(String host, int port) {
            addresses.add(URI.create("http://" + host + ':' + port));
        }

        private List<Record> of(Name name, int type) {
            try {
                return session.lookupAsync(name, type).toCompletableFuture().join().getRecords().stream()
                        .sorted(Comparator.comparing(Record::rdataToString))
                        .toList();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof NoSuchDomainException)
                        && !(e.getCause() instanceof NoSuchRRSetException)) {
                    failure = name + " " + Type.string(type) + ": " + e.getCause();
                }
                return List.of();
            }
        }
    }
}
