package io.freshet.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.freshet.contracts.JsonMapping;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;

/**
 * An issuer of JSON Web Tokens: Spring Authorization Server in a Tomcat of its own, with one client. Without Spring
 * Boot, whose auto-configuration of security would concern the gateway of the test, too.
 */
final class TokenIssuer implements AutoCloseable {

    static final String AUDIENCE = "freshet";
    private static final String SECRET = "secret-of-ci";

    private final Tomcat tomcat = new Tomcat();
    private volatile RSAKey key = newKey();

    /** Starts the issuer at a port; 0 for any. */
    static TokenIssuer start(Path directory, int port) {
        TokenIssuer issuer = new TokenIssuer();
        issuer.tomcat.setBaseDir(directory.toString());
        issuer.tomcat.setPort(port);
        issuer.tomcat
                .addContext("", directory.toString())
                .addServletContainerInitializer(
                        (_, servlets) -> {
                            AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
                            context.setServletContext(servlets);
                            context.addBeanFactoryPostProcessor(beans -> beans.registerSingleton("issuer", issuer));
                            context.register(Server.class);
                            context.refresh();
                            servlets.addFilter(
                                            "security", new DelegatingFilterProxy("springSecurityFilterChain", context))
                                    .addMappingForUrlPatterns(null, false, "/*");
                            // Without a servlet, Tomcat would not call filters.
                            servlets.addServlet("nothing", new HttpServlet() {}).addMapping("/");
                        },
                        Set.of());
        try {
            issuer.tomcat.start();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
        return issuer;
    }

    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    String uri() {
        return "http://localhost:" + port();
    }

    /** Returns the private key that signs the tokens. */
    RSAKey key() {
        return key;
    }

    /** Replaces the key by another one with another id. */
    void rotateKey() {
        key = newKey();
    }

    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns an access token, which the client asks for with its secret. */
    String token(String scopes) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri() + "/oauth2/token"))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(("ci:" + SECRET).getBytes(UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&scope=" + URLEncoder.encode(scopes, UTF_8)))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.statusCode() + " " + answer.body());
            }
            return JsonMapping.mapper()
                    .readTree(answer.body())
                    .path("access_token")
                    .asString();
        }
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Configuration of the server. Not annotated as such, since the gateway scans this package. */
    @EnableWebSecurity
    static class Server {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }

        @Bean
        RegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(RegisteredClient.withId("1")
                    .clientId("ci")
                    .clientSecret("{noop}" + SECRET)
                    .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                    .scopes(scopes -> scopes.addAll(List.of("read", "refresh", "push", "operate", "profile")))
                    .build());
        }

        @Bean
        JWKSource<SecurityContext> keys(TokenIssuer issuer) {
            return (selector, _) -> selector.select(new JWKSet(issuer.key));
        }

        /** Of the endpoint for claims about a user, which the tests do not ask. */
        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims() {
            return context -> context.getClaims()
                    .audience(List.of(AUDIENCE))
                    .claim("freshet_account", "acme")
                    // As other issuers name them.
                    .claim("tenant", "acme")
                    .claim("scp", String.join(" ", context.getAuthorizedScopes()));
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().build();
        }
    }
}
