package io.freshet.task.admission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of quotas.
 *
 * @param timeZone Time zone in which a quota's day begins, such as {@code Europe/Berlin}.
 */
@ConfigurationProperties("freshet.quotas")
record QuotaDayProperties(@DefaultValue("UTC") ZoneId timeZone) {

    LocalDate dayOf(Instant instant) {
        return LocalDate.ofInstant(instant, timeZone);
    }
}
