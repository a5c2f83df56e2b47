package io.freshet.gateway.console;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.reactive.config.ResourceHandlerRegistration;
import org.springframework.web.reactive.config.ResourceHandlerRegistry;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/** The console's own files under {@code /console}, and its libraries under {@code /console/lib}, where a path names no version. */
@Configuration(proxyBeanMethods = false)
class ConsoleFiles implements WebFluxConfigurer {

    static final String ALL = "/console/**";

    private static final String LIBRARIES = "/console/lib/**";

    private final ContentTag tag = new ContentTag();

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        revalidated(registry.addResourceHandler(ALL)).addResourceLocations("classpath:/console/");
        // The chain has a resolver that finds the version of a WebJar.
        revalidated(registry.addResourceHandler(LIBRARIES))
                .addResourceLocations("classpath:/META-INF/resources/webjars/")
                .resourceChain(true);
    }

    /** Asked for again each time, and sent only if it has changed: so a new gateway never meets a part of an old console. */
    private ResourceHandlerRegistration revalidated(ResourceHandlerRegistration files) {
        return files.setCacheControl(CacheControl.noCache())
                .setUseLastModified(false)
                .setEtagGenerator(tag::of);
    }
}
