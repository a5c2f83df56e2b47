package io.freshet.contracts.url;

import java.util.List;

/**
 * Regular expression that path and query of a URL must match as a whole. It is a subset of what all usual engines know
 * and read the same, without anything that makes them backtrack much:
 *
 * <ul>
 *   <li>visible ASCII that begins with {@code /}; {@code .}; classes ({@code [a-z0-9_]}, {@code [^/]}); escaped
 *       punctuation ({@code \.}), {@code \d} and {@code \w};
 *   <li>groups of alternatives, which may be optional, at most three deep: {@code (jpg|png)}, {@code (?:-hd)?};
 *   <li>the quantifiers {@code ? * + {n} {n,} {n,m}} (up to 255) after single characters, classes and {@code .}; the
 *       unlimited ones outside of groups only.
 * </ul>
 *
 * A search for a match takes steps in proportion to the URL's length.
 */
public final class PathExpression {

    private final String text;
    private final String pcre;

    private PathExpression(String text, String pcre) {
        this.text = text;
        this.pcre = pcre;
    }

    /**
     * Returns the expression of a text, in time proportional to its length.
     *
     * @param text with or without {@code ^} at its beginning and {@code $} at its end
     * @throws InvalidObjectException with the reason, the position (from 1) and the way out, if the expression does not
     *     belong to the subset or may backtrack much
     */
    public static PathExpression parse(String text) throws InvalidObjectException {
        PathExpressionParser parser = new PathExpressionParser(text);
        List<PathNode> sequence = parser.parse();
        return new PathExpression(parser.textWithoutAnchors(), PathExpressionWriter.pcre(PathSection.split(sequence)));
    }

    /** Returns the expression as users write it, without anchors. */
    public String text() {
        return text;
    }

    /**
     * Returns an equivalent expression for PCRE2, with anchors. It is visible ASCII without backslashes, quotes and
     * commas, so that it can stand in a ban of Varnish.
     */
    public String pcre() {
        return pcre;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathExpression expression && text.equals(expression.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
