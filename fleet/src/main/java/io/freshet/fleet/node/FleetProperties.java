package io.freshet.fleet.node;

import io.freshet.contracts.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** {@code freshet.fleet} as the user writes it. */
public record FleetProperties(
        @DefaultValue Map<String, DriverProperties> drivers,
        @DefaultValue List<TierProperties> tiers) {

    enum DriverType {
        VARNISH,
        HTTP,
        TRAFFIC_SERVER,
        SQUID
    }

    record DriverProperties(
            @Nullable DriverType type,
            @DefaultValue("") String token,
            @DefaultValue("PURGE") String method,
            @DefaultValue Map<String, String> headers,
            @Nullable DirectoryProperties directory,
            @DefaultValue(Driver.IDENTITY_HEADER) String identityHeader,
            @Nullable FlushProperties flush,
            @Nullable RestartTokenProperties restartToken,
            @Nullable LookProperties look,
            @DefaultValue("false") boolean hostPurge,
            @DefaultValue Map<String, String> variant,
            @DefaultValue Map<Selector, Selector> wider) {}

    record LookProperties(
            @DefaultValue("GET") String method,
            @DefaultValue Map<String, String> headers,
            @DefaultValue("504") int absentStatus,
            @DefaultValue("") String cacheHeader,
            @DefaultValue("false") boolean canary) {}

    record FlushProperties(
            @DefaultValue("PURGE") String method,
            @DefaultValue("") String path) {}

    record RestartTokenProperties(
            @DefaultValue("") String path,
            @DefaultValue("") String pattern,
            @DefaultValue("5m") Duration rewind) {}

    record DirectoryProperties(
            @DefaultValue("PURGE") String method,
            @DefaultValue("") String pathSuffix) {}

    record TierProperties(
            @DefaultValue("") String name,
            @DefaultValue("all") PushRouting pushRouting,
            @DefaultValue("empty") NewNodes newNodes,
            @DefaultValue List<NodeEntryProperties> nodes,
            @Nullable DiscoveryProperties discovery) {}

    record DiscoveryProperties(
            @DefaultValue("") String dns,
            @DefaultValue("address") Discovery.RecordType type,
            @DefaultValue("0") int port,
            @DefaultValue("") String driver,
            @DefaultValue("") String region,
            @DefaultValue("10s") Duration interval,
            @DefaultValue("5m") Duration retireAfter,
            @DefaultValue("") String server) {}

    record NodeEntryProperties(
            @DefaultValue("") String id,
            @DefaultValue("") String address,
            @DefaultValue("") String region,
            @DefaultValue("") String driver) {}
}
