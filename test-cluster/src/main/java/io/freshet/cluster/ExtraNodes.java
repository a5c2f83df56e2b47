package io.freshet.cluster;

import io.freshet.cluster.Fleet.Purging;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.NginxSite;
import io.freshet.cluster.process.ProcessPlatform;
import io.freshet.cluster.process.ProcessPlatform.Cache;
import io.freshet.cluster.process.SquidSite;
import io.freshet.cluster.process.TrafficServerSite;
import io.freshet.cluster.process.Vcl;
import java.util.Optional;
import java.util.function.BiFunction;

/** Nodes that tests add to the fleet, many of them configured wrongly. */
public final class ExtraNodes {

    private final ProcessPlatform platform;
    private final Address source;
    private final Address l2;
    private final Fleet fleet;
    private final BiFunction<String, Cache, Cache> started;

    /**
     * Creates the nodes of a cluster.
     *
     * @param source address of the origin
     * @param started starts a cache under an id
     */
    ExtraNodes(
            ProcessPlatform platform,
            Address source,
            Address l2,
            Fleet fleet,
            BiFunction<String, Cache, Cache> started) {
        this.platform = platform;
        this.source = source;
        this.l2 = l2;
        this.fleet = fleet;
        this.started = started;
    }

    /**
     * The fleet with one more L1 node: a Varnish whose owner forgot our VCL, so that it passes a purge on to the
     * origin. Empty where there is no Varnish.
     */
    public Optional<Fleet> withVarnishThatAsksTheOrigin(String id) {
        return withVarnishWithoutOurVcl(id, source);
    }

    /** The same, but it passes a purge on to L2, which does have our VCL and the right token. */
    public Optional<Fleet> withVarnishThatAsksL2(String id) {
        return withVarnishWithoutOurVcl(id, l2);
    }

    private Optional<Fleet> withVarnishWithoutOurVcl(String id, Address backend) {
        return platform.varnish(id, Vcl.plain(backend), Vcl.TOKEN)
                .map(cache -> fleet.withL1(id, started.apply(id, cache).address(), Purging.VARNISH));
    }

    /**
     * The fleet with one more L1 node: a Varnish in front of the origin, with this VCL of its owner before the include
     * of ours. Empty where there is no Varnish.
     */
    public Optional<Fleet> withOwnVcl(String id, String own) {
        return platform.varnish(id, Vcl.withFreshet(source, own), Vcl.TOKEN)
                .map(cache -> fleet.withL1(id, started.apply(id, cache).address(), Purging.VARNISH));
    }

    /** Returns whether this machine has the vmod xkey. */
    public boolean hasXkey() {
        return Vcl.hasXkey();
    }

    /** The same, with our VCL that marks directories as stale. Empty where there is no Varnish with the vmod xkey. */
    public Optional<Fleet> withSoftDirectories(String id) {
        return Vcl.hasXkey() ? withOwnVcl(id, Vcl.SOFT_DIRECTORIES) : Optional.empty();
    }

    /** The fleet with one more L1 node: a cache that has another token than the fleet file says. */
    public Fleet withAnotherToken(String id) {
        Cache cache = started.apply(id, platform.cache(id, l2, "another-token"));
        return fleet.withL1(id, cache.address(), Purging.VARNISH);
    }

    /** The fleet with one more L1 node: a cache like the others, with L2 as its parent. */
    public Fleet withL1(String id) {
        Cache cache = started.apply(id, platform.cache(id, l2, Vcl.TOKEN));
        return fleet.withL1(id, cache.address(), Purging.VARNISH);
    }

    /** The fleet with one more L1 node: an nginx that does not know how to purge. Empty where there is no nginx. */
    public Optional<Fleet> withNginxWithoutPurgeLocation(String id) {
        return platform.nginx(id, NginxSite.plain(source)).map(cache -> withNginx(id, cache));
    }

    /**
     * The fleet with one more L1 node: an nginx in front of the origin that caches and takes our purges. Empty where
     * there is none.
     */
    public Optional<Fleet> withNginx(String id) {
        return platform.nginx(id, NginxSite.withFreshet(id, source)).map(cache -> withNginx(id, cache));
    }

    /** The same, but its owner chose this cache key, and wrote it into our configuration, too. */
    public Optional<Fleet> withNginxKeyedBy(String key, String id) {
        return platform.nginx(id, NginxSite.keyedBy(key, id, source)).map(cache -> withNginx(id, cache));
    }

    /** The same, but the fleet file says that the node can purge directories, which its module cannot. */
    public Optional<Fleet> withNginxTrustedWithDirectories(String id) {
        return platform.nginx(id, NginxSite.withFreshet(id, source))
                .map(cache -> fleet.withL1(id, started.apply(id, cache).address(), Purging.NGINX_WITH_DIRECTORIES));
    }

    /** A fleet whose only node is a parent: an nginx in front of the origin. Empty where there is none. */
    public Optional<Fleet> onlyNginx(String id) {
        return platform.nginx(id, NginxSite.withFreshet(id, source))
                .map(cache -> Fleet.empty().withL2(id, started.apply(id, cache).address(), Purging.NGINX));
    }

    /**
     * A fleet with one parent only: a Traffic Server in front of the origin that takes our purges. Empty where there is
     * none.
     */
    public Optional<Fleet> onlyTrafficServer(String id) {
        return platform.trafficServer(id, TrafficServerSite.withFreshet(id, source))
                .map(cache -> Fleet.empty().withL2(id, started.apply(id, cache).address(), Purging.TRAFFIC_SERVER));
    }

    /** A fleet with one parent only: a Squid before the origin that takes our purges. Empty where there is none. */
    public Optional<Fleet> onlySquid(String id) {
        return platform.squid(id, SquidSite.withFreshet(id, source))
                .map(cache -> Fleet.empty().withL2(id, started.apply(id, cache).address(), Purging.SQUID));
    }

    /** The same, but its owner chose the kind of cache on disk that our configuration warns of. */
    public Optional<Fleet> onlySquidWithRock(String id) {
        return platform.squid(id, SquidSite.withRock(id, source))
                .map(cache -> Fleet.empty().withL2(id, started.apply(id, cache).address(), Purging.SQUID));
    }

    /** The same fleet with one more L1 node: a Traffic Server that has another token than the fleet file says. */
    public Fleet withRefusingTrafficServer(Fleet before, String id) {
        Cache cache = platform.trafficServer(id, TrafficServerSite.withAnotherToken(id, source))
                .orElseThrow();
        return before.withL1(id, started.apply(id, cache).address(), Purging.TRAFFIC_SERVER);
    }

    /** The same fleet with one more L1 node: a Squid that has another token than the fleet file says. */
    public Fleet withRefusingSquid(Fleet before, String id) {
        Cache cache = platform.squid(id, SquidSite.withAnotherToken(id, source)).orElseThrow();
        return before.withL1(id, started.apply(id, cache).address(), Purging.SQUID);
    }

    private Fleet withNginx(String id, Cache nginx) {
        return fleet.withL1(id, started.apply(id, nginx).address(), Purging.NGINX);
    }

    /** Loads our VCL into a Varnish that was started without it; its cache stays. */
    public void loadFreshet(CacheNode varnish) {
        platform.loadVcl(varnish.id(), Vcl.withFreshet(source));
    }
}
