package io.freshet.gateway.request.canonical;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the request headers of pushes.
 *
 * @param allowedHeaders Names of the request headers that a push may set.
 * @param maxVariants Combinations of header values that one push may ask for; at least 1.
 */
@ConfigurationProperties("freshet.gateway.push")
public record PushHeaderProperties(
        @DefaultValue({"Accept", "Accept-Encoding", "Accept-Language", "User-Agent"})
        List<String> allowedHeaders,

        @DefaultValue("16") int maxVariants) {}
