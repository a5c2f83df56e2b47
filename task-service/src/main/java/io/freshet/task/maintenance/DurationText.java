package io.freshet.task.maintenance;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Text of durations for people, such as "10 minutes". */
final class DurationText {

    private static final List<ChronoUnit> UNITS = List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES);

    private DurationText() {}

    /** Returns the duration in the largest unit that leaves no remainder, but at least in seconds. */
    static String of(Duration duration) {
        ChronoUnit unit = UNITS.stream()
                .filter(u -> duration.toSeconds() > 0
                        && duration.toSeconds() % u.getDuration().toSeconds() == 0)
                .findFirst()
                .orElse(ChronoUnit.SECONDS);
        long number = duration.toSeconds() / unit.getDuration().toSeconds();
        String many = unit.toString().toLowerCase(Locale.ROOT);
        return number + " " + (number == 1 ? many.substring(0, many.length() - 1) : many);
    }
}
