# One image per service, built from the output of `./mvnw package`:
#   docker build --build-arg SERVICE=purge-worker -t freshet/purge-worker .

FROM eclipse-temurin:25-jre AS layers
ARG SERVICE
WORKDIR /build
COPY ${SERVICE}/target/${SERVICE}-*-exec.jar service.jar
RUN java -Djarmode=tools -jar service.jar extract --layers --launcher --destination layers
# Every container has its health, metrics and in-sync endpoints on port 8081. The workers have no other port.
RUN mkdir config && case "$SERVICE" in \
      *-worker) echo 'server.port=8081' ;; \
      *) echo 'management.server.port=8081' ;; \
    esac > "config/$SERVICE.properties"

FROM eclipse-temurin:25-jre
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin freshet
WORKDIR /opt/freshet
# Layers that seldom change come first, so a new build usually replaces the last layer only.
COPY --from=layers /build/layers/dependencies/ ./
COPY --from=layers /build/layers/spring-boot-loader/ ./
COPY --from=layers /build/layers/snapshot-dependencies/ ./
COPY --from=layers /build/config/ ./config/
COPY --from=layers /build/layers/application/ ./
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001

# Path at which the file with the fleet and the accounts is mounted.
ENV FRESHET_CONFIG=/etc/freshet/freshet.yml

# The heap is half of the container's memory; Netty, Kafka buffers, threads and the JVM need the rest. A JVM that runs
# out of memory exits, so that it is restarted. Compact headers and huge pages make better use of CPU caches (ADR 23);
# the JVM logs a warning on hosts whose transparent huge pages are "never". More options: JAVA_TOOL_OPTIONS.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
    "-XX:+UseCompactObjectHeaders", "-XX:+UseTransparentHugePages", \
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "org.springframework.boot.loader.launch.JarLauncher"]

# The image has no curl; bash can read an HTTP status line.
HEALTHCHECK --interval=5s --timeout=3s --start-period=180s --retries=5 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8081 && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 \
    && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
