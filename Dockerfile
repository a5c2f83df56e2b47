# One image per service, from what `./mvnw package` has built:
#   docker build --build-arg SERVICE=purge-worker -t freshet/purge-worker .

FROM eclipse-temurin:25-jre AS layers
ARG SERVICE
WORKDIR /build
COPY ${SERVICE}/target/${SERVICE}-*-exec.jar service.jar
RUN java -Djarmode=tools -jar service.jar extract --layers --launcher --destination layers

FROM eclipse-temurin:25-jre
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin freshet
WORKDIR /opt/freshet
# What changes least comes first: a new build of ours replaces the last layer only.
COPY --from=layers /build/layers/dependencies/ ./
COPY --from=layers /build/layers/spring-boot-loader/ ./
COPY --from=layers /build/layers/snapshot-dependencies/ ./
COPY --from=layers /build/layers/application/ ./
USER freshet

# Health, metrics and in-sync answers, on the same port in every container. The gateway's and the task-service's own ports are their defaults.
ENV FRESHET_MANAGEMENT_PORT=8081
# Where the file with the fleet and the accounts is mounted.
ENV FRESHET_CONFIG=/etc/freshet/freshet.yml

# Half of the container's memory for the heap, the rest for Netty's and Kafka's buffers, threads and the JVM itself. A process that is out of
# memory ends, and is started again. Small headers and large pages keep more of what is used in the processor's caches (ADR 23); a host whose
# transparent huge pages are "never" has none, and the JVM says so. More options: JAVA_TOOL_OPTIONS.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
    "-XX:+UseCompactObjectHeaders", "-XX:+UseTransparentHugePages", \
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "org.springframework.boot.loader.launch.JarLauncher"]

# The image has no curl; bash speaks enough HTTP to read the status line.
HEALTHCHECK --interval=5s --timeout=3s --start-period=180s --retries=5 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/$FRESHET_MANAGEMENT_PORT && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
