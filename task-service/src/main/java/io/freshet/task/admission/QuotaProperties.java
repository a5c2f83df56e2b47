package io.freshet.task.admission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How quotas are counted.
 *
 * @param zone where the day begins
 */
@ConfigurationProperties("freshet.quotas")
record QuotaProperties(@DefaultValue("UTC") ZoneId zone) {

    LocalDate dayOf(Instant instant) {
        return LocalDate.ofInstant(instant, zone);
    }
}
