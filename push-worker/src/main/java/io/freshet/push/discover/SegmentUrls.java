package io.freshet.push.discover;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of segments of a DASH representation, made from a template.
 *
 * @param id of the representation
 * @param bandwidth of the representation
 */
record SegmentUrls(@Nullable String id, @Nullable String bandwidth) {

    private static final Pattern IDENTIFIER = Pattern.compile("\\$([A-Za-z]*)(?:%0(\\d{1,2})d)?\\$");

    /** Returns the template with its identifiers replaced. */
    String fill(String template, long number, long time) throws ManifestException {
        Matcher matcher = IDENTIFIER.matcher(template);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String value = value(matcher.group(1), number, time);
            String width = matcher.group(2);
            matcher.appendReplacement(
                    filled, Matcher.quoteReplacement(width == null ? value : padded(value, Integer.parseInt(width))));
        }
        return matcher.appendTail(filled).toString();
    }

    private String value(String identifier, long number, long time) throws ManifestException {
        @Nullable
        String value = switch (identifier) {
            case "" -> "$";
            case "Number" -> Long.toString(number);
            case "Time" -> Long.toString(time);
            case "RepresentationID" -> id;
            case "Bandwidth" -> bandwidth;
            default -> throw new ManifestException("uses $" + identifier + "$, which is not supported");
        };
        if (value == null) {
            throw new ManifestException("is broken: a template uses $" + identifier + "$, which has no value");
        }
        return value;
    }

    private static String padded(String value, int width) throws ManifestException {
        try {
            return width == 0 ? value : String.format(Locale.ROOT, "%0" + width + "d", Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new ManifestException("is broken: \"" + Excerpt.of(value) + "\" is not a number");
        }
    }
}
