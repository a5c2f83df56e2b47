package io.freshet.e2e.cluster;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Platform that runs the parts of a test cluster. */
public interface Platform extends AutoCloseable {

    /** Returns the name in logs and tests. */
    String name();

    /** Why it cannot be used on this machine, if so. */
    Optional<String> missing();

    /** The name by which parts reach what listens in this JVM. */
    String here();

    /** The address in this JVM at which parts can be let in. */
    String bindAddress();

    /**
     * A broker with a listener for everybody, and another for those who go through a proxy.
     *
     * @param proxy {@code host:port} of that proxy, as the parts reach it
     */
    Broker kafka(String proxy);

    Database postgres();

    /** Addresses of an instance of a service. */
    ServiceAddresses place(Service service, String instance);

    /**
     * One instance of a service. Closed, it makes room for another one at the same place.
     *
     * @param fleet the file of the fleet and the accounts
     */
    Component service(Service service, ServiceAddresses place, Map<String, String> environment, Path fleet);

    /**
     * A cache that takes our purges: a Varnish with {@code freshet.vcl}.
     *
     * @param id its identity
     * @param above the cache above, or the origin
     */
    default Cache cache(String id, Address above, String token) {
        return varnish(id, Vcl.withFreshet(above), token).orElseThrow();
    }

    /**
     * A Varnish; empty where there is none on this machine.
     *
     * @param id its identity
     * @param vcl its main file, which may include {@code freshet.vcl}
     */
    Optional<Cache> varnish(String id, String vcl, String token);

    /** An nginx; empty where there is none on this machine, or not the modules that the site needs. */
    Optional<Cache> nginx(String id, NginxSite site);

    /** Stops whatever still runs. */
    @Override
    void close();

    /**
     * @param address of the listener for everybody
     * @param proxied where the proxy leads to
     * @param administered of the listener for this JVM
     */
    record Broker(Component part, Address address, Address proxied, Address administered) {}

    /** @param url JDBC, as the parts reach it */
    record Database(Component part, String url, String user, String password) {}

    /**
     * @param instance a name that is used once
     * @param aliyun address of the Aliyun API, which only a gateway has
     */
    record ServiceAddresses(String instance, Address address, Address management, Address aliyun) {}

    record Cache(PausableComponent part, Address address) {}
}
