package io.freshet.gateway.console;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.reactive.config.ResourceHandlerRegistration;
import org.springframework.web.reactive.config.ResourceHandlerRegistry;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/**
 * The console's files under {@code /console}, and its libraries under {@code /console/lib} without versions in paths.
 */
@Configuration(proxyBeanMethods = false)
class ConsoleFiles implements WebFluxConfigurer {

    static final String ALL = "/console/**";

    private static final String LIBRARIES = "/console/lib/**";

    private final ContentTag tags = new ContentTag();

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        revalidated(registry.addResourceHandler(ALL)).addResourceLocations("classpath:/console/");
        // The resource chain finds the version of a WebJar.
        revalidated(registry.addResourceHandler(LIBRARIES))
                .addResourceLocations("classpath:/META-INF/resources/webjars/")
                .resourceChain(true);
    }

    /** Makes browsers revalidate each file, so that a new gateway is never mixed with files of an old console. */
    private ResourceHandlerRegistration revalidated(ResourceHandlerRegistration files) {
        return files.setCacheControl(CacheControl.noCache())
                .setUseLastModified(false)
                .setEtagGenerator(tags::of);
    }
}
