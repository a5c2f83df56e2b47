package io.freshet.push.discover;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers and times of the segments of a DASH template: by its timeline, or else by one duration for all. */
final class SegmentSequence {

    /** Receives each segment. */
    interface Segments {
        void segment(long number, long time) throws ManifestException;
    }

    /** Longest a sequence may get, so that one that is repeated for ever ends. The limit of links is lower. */
    private static final long MAX_SEGMENTS = 10_000_000;

    /** Largest number that can be added without an overflow. */
    private static final long MAX_NUMBER = Long.MAX_VALUE / 4;

    private final long startNumber;
    private final long timescale;
    private final @Nullable XmlElement timeline;
    private final @Nullable BigDecimal period;
    private final long segmentDuration;
    private final long endNumber;

    private SegmentSequence(Map<String, String> template, @Nullable XmlElement timeline, @Nullable BigDecimal period)
            throws ManifestException {
        this.startNumber = number(template.get("startNumber"), 1);
        this.timescale = number(template.get("timescale"), 1);
        this.segmentDuration = number(template.get("duration"), 0);
        this.endNumber = number(template.get("endNumber"), Long.MAX_VALUE);
        this.timeline = timeline;
        this.period = period;
        if (timescale == 0) {
            throw new ManifestException("is broken: a timescale is 0");
        }
    }

    /**
     * Creates the sequence.
     *
     * @param template attributes of the template
     * @param period duration in seconds, if known
     */
    static SegmentSequence of(Map<String, String> template, @Nullable XmlElement timeline, @Nullable BigDecimal period)
            throws ManifestException {
        return new SegmentSequence(template, timeline, period);
    }

    void forEach(Segments segments) throws ManifestException {
        if (timeline != null) {
            byTimeline(timeline, segments);
        } else if (segmentDuration > 0) {
            byDuration(segments);
        } else {
            segments.segment(startNumber, 0); // one segment for the whole period
        }
    }

    private void byDuration(Segments segments) throws ManifestException {
        long last = endNumber;
        if (last == Long.MAX_VALUE) {
            if (period == null) {
                throw new ManifestException("does not tell its duration, so the number of segments is unknown");
            }
            last = startNumber + count(inTimescale(period), segmentDuration) - 1;
        }
        for (long number = startNumber; number <= last; number++) {
            segments.segment(number, (number - startNumber) * segmentDuration);
        }
    }

    private void byTimeline(XmlElement line, Segments segments) throws ManifestException {
        long number = startNumber;
        long time = 0;
        List<XmlElement> entries = line.children("S").toList();
        for (int i = 0; i < entries.size(); i++) {
            XmlElement entry = entries.get(i);
            long duration = number(entry.attribute("d"), 0);
            if (duration == 0) {
                throw new ManifestException("is broken: a segment of a timeline has no duration");
            }
            time = number(entry.attribute("t"), time);
            long count = repeats(entry, duration, time, i + 1 < entries.size() ? entries.get(i + 1) : null);
            for (long repeat = 0; repeat < count; repeat++) {
                segments.segment(number++, time);
                time += duration;
            }
        }
    }

    /** Returns how many segments an entry stands for; a negative repeat goes on until the next entry or the end. */
    private long repeats(XmlElement entry, long duration, long time, @Nullable XmlElement next)
            throws ManifestException {
        String repeat = entry.attribute("r");
        if (repeat == null || !repeat.strip().startsWith("-")) {
            return bounded(number(repeat, 0) + 1);
        }
        if (next != null && next.attribute("t") != null) {
            return count(BigDecimal.valueOf(number(next.attribute("t"), 0) - time), duration);
        }
        if (period == null) {
            throw new ManifestException("does not tell its duration, so the number of segments is unknown");
        }
        return count(inTimescale(period).subtract(BigDecimal.valueOf(time)), duration);
    }

    private BigDecimal inTimescale(BigDecimal seconds) {
        return seconds.multiply(BigDecimal.valueOf(timescale));
    }

    private static long count(BigDecimal all, long each) throws ManifestException {
        BigDecimal count =
                all.signum() <= 0 ? BigDecimal.ZERO : all.divide(BigDecimal.valueOf(each), 0, RoundingMode.CEILING);
        return bounded(count.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue());
    }

    private static long bounded(long count) throws ManifestException {
        if (count < 0 || count > MAX_SEGMENTS) {
            throw new ManifestException("has more than " + MAX_SEGMENTS + " segments");
        }
        return count;
    }

    private static long number(@Nullable String text, long absent) throws ManifestException {
        if (text == null) {
            return absent;
        }
        try {
            long value = Long.parseLong(text.strip());
            if (value >= 0 && value <= MAX_NUMBER) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The reason below names the text.
        }
        throw new ManifestException("is broken: \"" + Excerpt.of(text) + "\" is not a number of segments or a time");
    }
}
