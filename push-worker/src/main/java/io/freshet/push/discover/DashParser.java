package io.freshet.push.discover;

import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parser of DASH presentations on demand (ISO/IEC 23009-1): segment templates with numbers, times and timelines,
 * segment lists, single files, base URLs at all levels, several periods. Of alternative base URLs the first is taken.
 */
final class DashParser {

    private static final Pattern DURATION = Pattern.compile("P(?:0+Y)?(?:0+M)?(?:(\\d{1,6})D)?"
            + "(?:T(?:(\\d{1,9})H)?(?:(\\d{1,9})M)?(?:(\\d{1,9}(?:\\.\\d{1,20})?)S)?)?");

    private final ManifestLinks links;

    private DashParser(ManifestLinks links) {
        this.links = links;
    }

    /** Adds what the presentation at the URL names. */
    static void parse(String url, InputStream body, ManifestLinks links) throws ManifestException {
        XmlElement mpd = XmlElement.read(body);
        if ("dynamic".equals(mpd.attribute("type"))) {
            throw new ManifestException("is of a live presentation (type dynamic), whose segments change");
        }
        if (mpd.all().anyMatch(element -> element.attribute("href") != null)) {
            throw new ManifestException("loads a part of itself from elsewhere (xlink), which is not supported");
        }
        new DashParser(links).presentation(url, mpd);
        if (links.isEmpty()) {
            throw new ManifestException("is broken: it names no segment");
        }
    }

    private void presentation(String url, XmlElement mpd) throws ManifestException {
        String base = base(url, mpd);
        List<XmlElement> periods = mpd.children("Period").toList();
        for (int i = 0; i < periods.size(); i++) {
            XmlElement period = periods.get(i);
            BigDecimal duration = duration(mpd, period, i + 1 < periods.size() ? periods.get(i + 1) : null);
            String periodBase = base(base, period);
            for (XmlElement set : period.children("AdaptationSet").toList()) {
                String setBase = base(periodBase, set);
                for (XmlElement representation : set.children("Representation").toList()) {
                    representation(
                            List.of(period, set, representation), base(setBase, representation), setBase, duration);
                }
            }
        }
    }

    private static String base(String outer, XmlElement element) {
        return element.child("BaseURL")
                .map(base -> UrlReference.resolve(outer, base.text()))
                .orElse(outer);
    }

    /** Returns the period's duration in seconds; null if the presentation does not tell. */
    private static @Nullable BigDecimal duration(XmlElement mpd, XmlElement period, @Nullable XmlElement next)
            throws ManifestException {
        BigDecimal own = seconds(period.attribute("duration"));
        if (own != null) {
            return own;
        }
        BigDecimal start = seconds(period.attribute("start"));
        BigDecimal end =
                next == null ? seconds(mpd.attribute("mediaPresentationDuration")) : seconds(next.attribute("start"));
        return end == null ? null : end.subtract(start == null ? BigDecimal.ZERO : start);
    }

    private static @Nullable BigDecimal seconds(@Nullable String text) throws ManifestException {
        if (text == null) {
            return null;
        }
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new ManifestException("is broken: \"" + Excerpt.of(text) + "\" is not a duration");
        }
        return part(matcher.group(1), 86_400)
                .add(part(matcher.group(2), 3_600))
                .add(part(matcher.group(3), 60))
                .add(part(matcher.group(4), 1));
    }

    private static BigDecimal part(@Nullable String digits, int seconds) {
        return digits == null ? BigDecimal.ZERO : new BigDecimal(digits).multiply(BigDecimal.valueOf(seconds));
    }

    private void representation(List<XmlElement> levels, String base, String outerBase, @Nullable BigDecimal duration)
            throws ManifestException {
        XmlElement representation = levels.getLast();
        List<XmlElement> templates = at(levels, "SegmentTemplate");
        List<XmlElement> lists = at(levels, "SegmentList");
        if (!templates.isEmpty()) {
            template(templates, representation, base, duration);
        } else if (!lists.isEmpty()) {
            list(lists.getLast(), base);
        } else {
            List<XmlElement> single = at(levels, "SegmentBase");
            if (representation.child("BaseURL").isEmpty() && base.equals(outerBase) && !namesFile(levels)) {
                throw new ManifestException("is broken: the representation \""
                        + Excerpt.of(String.valueOf(representation.attribute("id"))) + "\" names no segment");
            }
            if (!single.isEmpty()) {
                initialization(single.getLast(), base);
            }
            links.addObject(base);
        }
    }

    private static boolean namesFile(List<XmlElement> levels) {
        return levels.stream().anyMatch(level -> level.child("BaseURL").isPresent());
    }

    private static List<XmlElement> at(List<XmlElement> levels, String name) {
        return levels.stream().flatMap(level -> level.child(name).stream()).toList();
    }

    private void list(XmlElement list, String base) throws ManifestException {
        initialization(list, base);
        for (XmlElement segment : list.children("SegmentURL").toList()) {
            String media = segment.attribute("media");
            links.addObject(media == null ? base : UrlReference.resolve(base, media));
            String index = segment.attribute("index");
            if (index != null) {
                links.addObject(UrlReference.resolve(base, index));
            }
        }
    }

    /** Adds the files that a list or a single file names beside its media. */
    private void initialization(XmlElement segments, String base) throws ManifestException {
        for (String name : List.of("Initialization", "RepresentationIndex", "BitstreamSwitching")) {
            String source = segments.child(name)
                    .map(element -> element.attribute("sourceURL"))
                    .orElse(null);
            if (source != null) {
                links.addObject(UrlReference.resolve(base, source));
            }
        }
    }

    /** Adds the segments of a template, whose attributes and timeline an inner level overrides. */
    private void template(
            List<XmlElement> levels, XmlElement representation, String base, @Nullable BigDecimal duration)
            throws ManifestException {
        Map<String, String> attributes = new HashMap<>();
        levels.forEach(level -> attributes.putAll(level.attributes()));
        for (XmlElement level : levels) {
            initialization(level, base);
        }
        SegmentUrls urls = new SegmentUrls(representation.attribute("id"), representation.attribute("bandwidth"));
        for (String name : List.of("initialization", "bitstreamSwitching")) {
            String file = attributes.get(name);
            if (file != null) {
                links.addObject(UrlReference.resolve(base, urls.fill(file, 0, 0)));
            }
        }
        List<String> media = new ArrayList<>();
        for (String name : List.of("media", "index")) {
            String pattern = attributes.get(name);
            if (pattern != null) {
                media.add(pattern);
            }
        }
        if (attributes.get("media") == null) {
            throw new ManifestException("is broken: a segment template has no media");
        }
        SegmentSequence sequence = SegmentSequence.of(
                attributes,
                at(levels, "SegmentTimeline").stream()
                        .reduce((_, inner) -> inner)
                        .orElse(null),
                duration);
        sequence.forEach((number, time) -> {
            for (String pattern : media) {
                links.addObject(UrlReference.resolve(base, urls.fill(pattern, number, time)));
            }
        });
    }
}
